package dev.cloude.bench.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that the launcher runs in the foreground, and a client of it. */
final class MeasuredServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int LOOK_AGAIN_MILLIS = 200;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path log;
  private final Process process;
  private final URI base;

  /** A server that is there. */
  MeasuredServer(Path log, Process process, URI base) {
    this.log = log;
    this.process = process;
    this.base = base;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param kind {@code instant} or {@code vms}, as the launcher knows them
   * @param folder for its data and its log
   */
  static MeasuredServer start(Path launcher, String kind, Path folder)
      throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve(kind));
    Path log = home.resolve("server.log");
    String address = System.getenv().getOrDefault("BACKEND_SERVER_ADDR", "127.0.0.1:8080");
    Process process =
        new ProcessBuilder("bash", launcher.toString(), "bench-server", kind, home.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    MeasuredServer server = new MeasuredServer(log, process, URI.create("http://" + address));
    // Without VMs some of what readiness asks for is not there.
    String ready = kind.equals("vms") ? "/health/ready" : "/";
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!server.answers(ready)) {
      if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        server.close();
        throw new IOException("the server did not start:\n" + Files.readString(log));
      }
    }
    return server;
  }

  private boolean answers(String path) throws InterruptedException {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Submits a Python program; returns its job's id. */
  String submit(String source) throws IOException, InterruptedException {
    return post("/api/v1/jobs", job(source)).path("id").asText();
  }

  /** Submits several in one request. */
  List<String> submitAll(List<String> sources) throws IOException, InterruptedException {
    JsonNode answer =
        post(
            "/api/v1/jobs/batch",
            Map.of("jobs", sources.stream().map(MeasuredServer::job).toList()));
    List<String> ids = new ArrayList<>();
    answer.path("jobs").forEach(job -> ids.add(job.path("id").asText()));
    return ids;
  }

  private static Map<String, String> job(String source) {
    return Map.of("language", "python", "source", source);
  }

  private JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /** Waits for a job's end; returns the job. */
  JsonNode await(String id) throws IOException, InterruptedException {
    JsonNode job;
    do {
      job = send(HttpRequest.newBuilder(base.resolve("/api/v1/jobs/" + id + "?wait=30s")));
    } while (!job.path("state").asText().equals("finished"));
    if (!job.path("verdict").asText().equals("accepted")) {
      throw new IOException("a job ended otherwise than it should: " + job);
    }
    return job;
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "the server answered %d: %s; its log is %s"
              .formatted(answer.statusCode(), answer.body(), log));
    }
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
