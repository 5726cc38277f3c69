package dev.cloude.it.container;

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
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;

/**
 * A client that keeps some jobs in the queue, whatever happens to the server: what was not answered
 * it asks for again with the same key, and every answer goes into the ledger.
 */
final class LoadClient implements Runnable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final MovingServer server;
  private final Ledger ledger;
  private final String name;
  private final int inFlight;
  private final Function<String, String> programs;
  private volatile boolean stopping;

  /** The server that answered last. Used by the client's thread. */
  private URI address;

  /**
   * @param name begins the names of its jobs
   * @param inFlight jobs that it has not seen the end of
   * @param programs a Python program for each job's name
   */
  LoadClient(
      MovingServer server,
      Ledger ledger,
      String name,
      int inFlight,
      Function<String, String> programs) {
    this.server = server;
    this.ledger = ledger;
    this.name = name;
    this.inFlight = inFlight;
    this.programs = programs;
  }

  /** Asks for no more jobs. */
  void stop() {
    stopping = true;
  }

  @Override
  public void run() {
    try {
      Queue<String> open = new ArrayDeque<>();
      for (int number = 0; !stopping; number++) {
        Optional<String> id = submit(name + "-" + number);
        id.ifPresent(open::add);
        if (open.size() >= inFlight) {
          awaitEnd(open.remove());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      ledger.surprise("client " + name + " failed: " + e);
    }
  }

  private Optional<String> submit(String job) throws IOException, InterruptedException {
    String body =
        JSON.writeValueAsString(Map.of("language", "python", "source", programs.apply(job)));
    Optional<JsonNode> answer =
        ask(
            "/api/v1/jobs",
            request ->
                request
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", job)
                    .POST(BodyPublishers.ofString(body)));
    Optional<String> id = answer.map(node -> node.path("id").asText());
    id.ifPresent(known -> ledger.given(job, known));
    return id;
  }

  private void awaitEnd(String id) throws IOException, InterruptedException {
    while (!stopping) {
      Optional<JsonNode> job = look(id);
      if (job.isEmpty() || job.get().path("state").asText().equals("finished")) {
        return;
      }
    }
  }

  /** Waits a while for a job's end, and notes it. */
  Optional<JsonNode> look(String id) throws IOException, InterruptedException {
    Optional<JsonNode> job = ask("/api/v1/jobs/" + id + "?wait=10s", HttpRequest.Builder::GET);
    job.filter(node -> node.path("state").asText().equals("finished"))
        .ifPresent(
            node ->
                ledger.ended(
                    id,
                    new Ledger.End(node.path("verdict").asText(), node.path("attempt").asInt())));
    return job;
  }

  /** Empty when it was refused, or there will be no server. */
  private Optional<JsonNode> ask(
      String path, Function<HttpRequest.Builder, HttpRequest.Builder> complete)
      throws IOException, InterruptedException {
    Optional<URI> now = address == null ? server.next(null) : Optional.of(address);
    while (now.isPresent()) {
      address = now.get();
      HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE);
      HttpResponse<String> answer;
      try {
        answer = client.send(complete.apply(request).build(), BodyHandlers.ofString());
      } catch (IOException gone) {
        now = server.next(address);
        continue;
      }
      if (answer.statusCode() == 200 || answer.statusCode() == 202) {
        return Optional.of(JSON.readTree(answer.body()));
      }
      ledger.surprise("%s: %d %s".formatted(path, answer.statusCode(), answer.body()));
      return Optional.empty();
    }
    return Optional.empty();
  }
}
