package dev.cloude.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.cloude.api.ErrorBody;
import dev.cloude.api.JobCreated;
import dev.cloude.api.JobRequest;
import dev.cloude.api.JobStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A Cloude server, over its original endpoints. */
final class Backend {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** For one whole answer. The server answers at once; only the network can take time. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private static final int HTTP_TOO_MANY_REQUESTS = 429;

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final ObjectMapper mapper =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .setSerializationInclusion(JsonInclude.Include.NON_NULL)
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  /**
   * @param base scheme, host and port, perhaps with a path below which the server lives
   */
  Backend(URI base) {
    this.base = base;
  }

  /**
   * Submits a job. It is not repeated when no answer comes: the server may have accepted it.
   *
   * @return the job's id
   */
  String submit(JobRequest job) {
    byte[] body;
    try {
      body = mapper.writeValueAsBytes(job);
    } catch (JsonProcessingException e) {
      throw CliException.usage("The job cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
    HttpRequest request =
        to("/run")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      return ask(request, JobCreated.class).id();
    } catch (UnreachableException e) {
      throw CliException.platform(e.getMessage(), e);
    }
  }

  /**
   * Asks for a job once.
   *
   * @throws UnreachableException if no answer came
   */
  JobStatus status(String id) throws UnreachableException {
    return ask(to("/status/" + id).GET().build(), JobStatus.class);
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(ANSWER_TIMEOUT)
        .header("Accept", "application/json");
  }

  private <T> T ask(HttpRequest request, Class<T> type) throws UnreachableException {
    HttpResponse<byte[]> response;
    try {
      response = client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
      throw new UnreachableException(
          "The server at " + base + " cannot be reached" + reason + ". Is it running?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.platform("Interrupted while waiting for the server at " + base + ".", e);
    }
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return parse(response, type);
    }
    String sentence = sentence(response);
    throw status >= 400 && status < 500 && status != HTTP_TOO_MANY_REQUESTS
        ? CliException.usage(sentence)
        : CliException.platform(sentence);
  }

  private <T> T parse(HttpResponse<byte[]> response, Class<T> type) {
    try {
      T answer = mapper.readValue(response.body(), type);
      if (answer != null) {
        return answer;
      }
    } catch (IOException e) {
      throw CliException.platform(notCloude(response), e);
    }
    throw CliException.platform(notCloude(response));
  }

  /** The server's own sentence, or, when something else answered in its place, what is known. */
  private String sentence(HttpResponse<byte[]> response) {
    try {
      ErrorBody body = mapper.readValue(response.body(), ErrorBody.class);
      if (body != null && body.error() != null) {
        return body.error();
      }
    } catch (IOException e) {
      return notCloude(response);
    }
    return notCloude(response);
  }

  private String notCloude(HttpResponse<byte[]> response) {
    return response.uri()
        + " answered "
        + response.statusCode()
        + " with a body that is not Cloude's. Is --backend the address of a Cloude server?";
  }
}
