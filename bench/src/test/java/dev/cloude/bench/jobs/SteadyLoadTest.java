package dev.cloude.bench.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load's clients, with a server that has every job done as soon as somebody asks. */
class SteadyLoadTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final Map<String, String> jobs = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile String verdict = "accepted";
  private HttpServer http;
  private MeasuredServer server;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/api/v1/jobs", this::answer);
    http.start();
    Process nothing = new ProcessBuilder("true").start();
    server =
        new MeasuredServer(
            folder, nothing, URI.create("http://127.0.0.1:" + http.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.close();
    http.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
    Object body;
    if (exchange.getRequestMethod().equals("GET")) {
      body =
          Map.of(
              "state", "finished",
              "verdict", verdict,
              "created_at", "2026-01-01T00:00:00Z",
              "finished_at", "2026-01-01T00:00:00.0025Z");
    } else if (path.endsWith("/batch")) {
      List<Map<String, String>> accepted = new ArrayList<>();
      request.path("jobs").forEach(job -> accepted.add(Map.of("id", accept(job))));
      body = Map.of("jobs", accepted);
    } else {
      body = Map.of("id", accept(request));
    }
    byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(
        exchange.getRequestMethod().equals("GET") ? 200 : 202, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String accept(JsonNode job) {
    String id = "job-" + number.incrementAndGet();
    jobs.put(id, job.path("source").asText());
    return id;
  }

  @Test
  void theQueueIsFilledBehindJobsThatHoldIt() throws Exception {
    try (SteadyLoad load = SteadyLoad.fill(server, 250, folder)) {
      assertThat(jobs).hasSize(250 + SteadyLoad.PERMITS);
      assertThat(jobs.values().stream().filter(source -> source.startsWith("/")))
          .hasSize(SteadyLoad.PERMITS);
      try (Stream<Path> gates = Files.list(folder)) {
        assertThat(gates).isEmpty();
      }
    }
  }

  @Test
  void forEachJobThatEndsAnotherOneIsSubmitted() throws Exception {
    try (SteadyLoad load = SteadyLoad.fill(server, 10, folder)) {
      SteadyLoad.Window window = load.run(Duration.ofMillis(200));

      assertThat(window.latencies()).isNotEmpty().allMatch(millis -> millis == 2.5);
      assertThat(window.perSecond()).isPositive();
      assertThat(jobs).hasSize(10 + SteadyLoad.PERMITS + window.latencies().size());
    }
  }

  @Test
  void aJobThatEndsOtherwiseEndsTheBenchmark() throws Exception {
    try (SteadyLoad load = SteadyLoad.fill(server, 1, folder)) {
      verdict = "platform_error";

      assertThatThrownBy(() -> load.run(Duration.ofMillis(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("platform_error");
    }
  }
}
