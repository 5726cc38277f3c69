package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Payara Micro as the launcher starts it, and a client of it. Its log is kept beside its data. */
final class PayaraProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path ROOT = Path.of(System.getProperty("cloude.root", ".."));

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final URI base;
  private final long logBegins;
  private final Process process;

  private PayaraProcess(Path home, Path war, int port, Map<String, String> settings)
      throws IOException {
    log = home.resolve("server.log");
    base = URI.create("http://127.0.0.1:" + port);
    logBegins = Files.exists(log) ? Files.size(log) : 0;
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            "-c",
            ". \"$ROOT/server/payara.sh\" && payara_command \"$1\" -XX:TieredStopAtLevel=1"
                + " && exec \"${PAYARA_COMMAND[@]}\"",
            "payara",
            home.toString());
    builder.environment().putAll(settings);
    builder.environment().put("ROOT", ROOT.toRealPath().toString());
    builder.environment().put("WAR", war.toString());
    builder.environment().put("PAYARA", System.getProperty("cloude.payara"));
    builder.environment().put("BACKEND_SERVER_ADDR", base.getAuthority());
    builder.environment().put("LANGUAGES_CONFIG_PATH", System.getProperty("cloude.catalogue"));
    File output = log.toFile();
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output));
    process = builder.start();
  }

  /**
   * Starts the server and waits until the application answers.
   *
   * @param home its data from an earlier life is used
   * @param settings over those of every test
   */
  static PayaraProcess start(Path home, Path war, Map<String, String> settings) throws IOException {
    PayaraProcess server = launch(home, war, settings);
    try {
      server.awaitAnswer("/");
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** As {@link #start}, but waits for nothing. */
  static PayaraProcess launch(Path home, Path war, Map<String, String> settings)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    return new PayaraProcess(home, war, port, settings);
  }

  /** Waits until the server answers 200 at a path. */
  void awaitAnswer(String path) {
    Awaitility.await("the server's answer at " + path)
        .atMost(PATIENCE)
        .failFast(this::assertAlive)
        .until(() -> answers(path));
  }

  /** Waits until this life's log has a text. */
  void awaitLog(String text) {
    Awaitility.await("'" + text + "' in the server's log")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .failFast(this::assertAlive)
        .until(() -> log().contains(text));
  }

  /** What this life has logged. */
  private String log() throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.min(logBegins, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  /** Where it answers; another address in each life. */
  URI address() {
    return base;
  }

  private void assertAlive() {
    assertThat(process.isAlive()).as(() -> describe("ended while it started")).isTrue();
  }

  private String describe(String what) {
    try {
      return "The server " + what + ":\n" + Files.readString(log);
    } catch (IOException e) {
      return "The server " + what + ", and its log cannot be read: " + e;
    }
  }

  private boolean answers(String path) throws IOException, InterruptedException {
    try {
      return get(path).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).build(),
        BodyHandlers.ofString());
  }

  /** Sends JSON to the native API; returns what it accepted. */
  JsonNode post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 202) {
      throw new IOException(describe("answered " + answer.statusCode() + ": " + answer.body()));
    }
    return new ObjectMapper().readTree(answer.body());
  }

  /** Submits a program; returns its job's id once the server has accepted it. */
  String submit(String code) throws IOException, InterruptedException {
    return post("/run", "{\"language\":\"python\",\"code\":\"%s\"}".formatted(code))
        .path("id")
        .asText();
  }

  /** Waits for a state; returns the whole answer. */
  String await(String id, String status) {
    return Awaitility.await("job " + id + " to be " + status)
        .atMost(PATIENCE)
        .until(
            () -> get("/status/" + id).body(),
            body -> body.contains("\"status\":\"%s\"".formatted(status)));
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill}; returns whether the server ended by itself. */
  boolean stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
