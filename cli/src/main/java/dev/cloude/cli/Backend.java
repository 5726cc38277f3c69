package dev.cloude.cli;

import dev.cloude.api.JobRequest;
import dev.cloude.api.JobStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * A Cloude server, over its original endpoints. HttpURLConnection, because java.net.http takes five
 * times as long to load, and loading is most of what a command does.
 */
final class Backend {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** For the next byte of an answer. The server answers at once; only the network takes time. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private static final int HTTP_TOO_MANY_REQUESTS = 429;

  private final URI base;

  /**
   * @param base scheme, host and port, perhaps with a path below which the server lives; no slash
   *     at its end
   */
  Backend(URI base) {
    this.base = base;
  }

  /** What the server said. */
  private record Answer(URI uri, int status, byte[] body) {
    String notCloude() {
      return uri
          + " answered "
          + status
          + " with a body that is not Cloude's. Is --backend the address of a Cloude server?";
    }
  }

  /**
   * Submits a job. It is not repeated when no answer comes: the server may have accepted it.
   *
   * @return the job's id
   */
  String submit(JobRequest job) {
    Answer answer;
    try {
      answer = accepted(exchange("/run", WireJson.write(job)));
    } catch (UnreachableException e) {
      throw CliException.platform(e.getMessage(), e);
    }
    try {
      return WireJson.readField(answer.body(), "id");
    } catch (IOException e) {
      throw CliException.platform(answer.notCloude(), e);
    }
  }

  /**
   * Asks for a job once.
   *
   * @throws UnreachableException if no answer came
   */
  JobStatus status(String id) throws UnreachableException {
    Answer answer = accepted(exchange("/status/" + id, null));
    try {
      return WireJson.readStatus(answer.body());
    } catch (IOException e) {
      throw CliException.platform(answer.notCloude(), e);
    }
  }

  private Answer exchange(String path, byte[] body) throws UnreachableException {
    URI uri = URI.create(base + path);
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Accept", "application/json");
      if (body != null) {
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        // A streamed body is never sent a second time; otherwise the JDK repeats a POST by itself.
        connection.setFixedLengthStreamingMode(body.length);
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      int status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        return new Answer(uri, status, in == null ? new byte[0] : in.readAllBytes());
      }
    } catch (IOException e) {
      throw new UnreachableException(
          "The server at " + base + " cannot be reached (" + e.getMessage() + "). Is it running?",
          e);
    }
  }

  /** Passes on what was accepted; a refusal becomes the server's own sentence. */
  private static Answer accepted(Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return answer;
    }
    String sentence;
    try {
      sentence = WireJson.readField(answer.body(), "error");
    } catch (IOException e) {
      throw CliException.platform(answer.notCloude(), e);
    }
    throw status >= 400 && status < 500 && status != HTTP_TOO_MANY_REQUESTS
        ? CliException.usage(sentence)
        : CliException.platform(sentence);
  }
}
