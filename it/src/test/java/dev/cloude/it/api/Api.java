package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The running server, as a client of the native API sees it. */
final class Api {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final URI base = URI.create(System.getProperty("cloude.url", "http://127.0.0.1:8080"));

  /** An event of a stream. */
  record Event(String name, String id, JsonNode data) {}

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** The body of a submission of one file. */
  String python(String source) throws IOException {
    return python(source, Map.of());
  }

  String python(String source, Map<String, Object> more) throws IOException {
    return job("python", source, more, Map.of());
  }

  String job(String language, String source, Map<String, Object> more, Map<String, Object> limits)
      throws IOException {
    Map<String, Object> spec = new LinkedHashMap<>(more);
    spec.put("language", language);
    spec.put("source", source);
    if (!limits.isEmpty()) {
      spec.put("limits", limits);
    }
    return json.writeValueAsString(spec);
  }

  String submit(String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = post("/api/v1/jobs", body);
    if (answer.statusCode() != 202) {
      throw new IOException("the submission gave " + answer.statusCode() + ": " + answer.body());
    }
    return parse(answer.body()).get("id").asText();
  }

  /** Submits a job and waits for its end. */
  JsonNode run(Map<String, Object> spec) throws IOException, InterruptedException {
    return end(submit(json.writeValueAsString(spec)));
  }

  /** Waits for a job's end. */
  JsonNode end(String id) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode job;
    do {
      job = parse(get("/api/v1/jobs/" + id + "?wait=30s").body());
    } while (!job.path("state").asText().equals("finished") && System.nanoTime() < deadline);
    return job;
  }

  /** Reads a job's events until one of them is enough, or the stream ends. */
  List<Event> events(String id, String lastEventId, Predicate<Event> enough)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request("/api/v1/jobs/" + id + "/events").GET();
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<Stream<String>> answer = client.send(request.build(), BodyHandlers.ofLines());
    if (answer.statusCode() != 200) {
      throw new IOException("the events gave " + answer.statusCode());
    }
    List<Event> events = new ArrayList<>();
    String name = null;
    String eventId = null;
    String data = null;
    // Closing the lines closes the connection.
    try (Stream<String> lines = answer.body()) {
      var each = lines.iterator();
      while (each.hasNext()) {
        String line = each.next();
        if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("id:")) {
          eventId = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
          data = line.substring(5).strip();
        } else if (line.isEmpty() && data != null) {
          Event event = new Event(name, eventId, parse(data));
          events.add(event);
          data = null;
          if (enough.test(event)) {
            return events;
          }
        }
      }
    }
    return events;
  }

  /**
   * Sends bytes as they are, and reads the head of the answer and what of its body comes with it.
   */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8192];
      int length;
      while (!isWhole(answer) && (length = in.read(buffer)) > 0) {
        answer.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
      }
      return answer.toString();
    }
  }

  private static boolean isWhole(CharSequence answer) {
    String text = answer.toString();
    return text.contains("\r\n\r\n") && (text.endsWith("}") || text.endsWith("}\r\n0\r\n\r\n"));
  }

  JsonNode parse(String body) throws IOException {
    return json.readTree(body);
  }

  /**
   * Checks a refusal.
   *
   * @param type without {@code /problems/}; null for any
   * @param field null for any, or none
   */
  void assertProblem(HttpResponse<String> answer, int status, String type, String field)
      throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .as(answer.body())
        .startsWith("application/problem+json");
    JsonNode problem = parse(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText())
        .endsWith(".")
        .doesNotContain("Exception", "\tat ", "java.");
    assertThat(answer.body()).doesNotContain("<");
    if (type != null) {
      assertThat(problem.path("type").asText()).as(answer.body()).isEqualTo("/problems/" + type);
    }
    if (field != null) {
      assertThat(problem.path("field").asText()).as(answer.body()).isEqualTo(field);
    }
  }
}
