package dev.cloude.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;

/**
 * The running server, as a client sees it. The launcher gives its address and process id as the
 * system properties {@code cloude.url} and {@code cloude.pid}.
 */
final class Server {
  private static final Duration JOB_PATIENCE = Duration.ofMinutes(15);
  private static final Duration FIRST_POLL = Duration.ofMillis(100);
  private static final Duration LAST_POLL = Duration.ofSeconds(10);
  private static final Set<String> FINAL = Set.of("done", "error");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI base = URI.create(System.getProperty("cloude.url", "http://127.0.0.1:8080"));

  long pid() {
    return Long.parseLong(System.getProperty("cloude.pid"));
  }

  /** Submits a program and waits for its end. */
  JsonNode run(String language, String code) throws IOException, InterruptedException {
    return await(submit(language, code));
  }

  String submit(String language, String code) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post("/run", json.writeValueAsString(Map.of("language", language, "code", code)));
    if (answer.statusCode() != 202) {
      throw new IOException("POST /run answered " + answer.statusCode() + ": " + answer.body());
    }
    return json.readTree(answer.body()).get("id").asText();
  }

  JsonNode await(String id) {
    return Awaitility.await("the end of job " + id)
        .atMost(JOB_PATIENCE)
        .pollInterval(IterativePollInterval.iterative(Server::longer, FIRST_POLL))
        .until(
            () -> json.readTree(get("/status/" + id).body()),
            status -> FINAL.contains(status.path("status").asText()));
  }

  // Many tests wait at once, and on an emulated processor their questions would take the time that
  // the guests need.
  private static Duration longer(Duration interval) {
    return interval.multipliedBy(2).compareTo(LAST_POLL) < 0 ? interval.multipliedBy(2) : LAST_POLL;
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return post(path, body, "application/json");
  }

  HttpResponse<String> post(String path, String body, String type)
      throws IOException, InterruptedException {
    return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60));
  }

  JsonNode parse(String body) throws IOException {
    return json.readTree(body);
  }
}
