package dev.cloude.web.problem;

import dev.cloude.api.v1.ProblemBody;
import dev.cloude.ejb.job.LimitExceededException;
import dev.cloude.web.json.ApiJson;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One problem, for one answer. */
public final class Problem {
  /** The media type of RFC 9457. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private final ProblemBody body;
  private final Map<String, Object> headers = new LinkedHashMap<>();

  private Problem(ProblemBody body) {
    this.body = body;
  }

  /**
   * A problem with the whole request.
   *
   * @param detail a sentence with the values and what to do
   */
  public static Problem of(ProblemType type, String detail) {
    return of(type, type.status(), detail, null);
  }

  /**
   * A problem with one field, parameter or header.
   *
   * @param field its name: {@code files[0].path}
   */
  public static Problem of(ProblemType type, String field, String detail) {
    return of(type, type.status(), detail, field);
  }

  /** What the server itself refuses with a status. */
  public static Problem ofStatus(int status) {
    ProblemType type = ProblemType.ofStatus(status);
    return of(type, status, type.sentence(status), null);
  }

  /** More is asked for than the node allows. */
  public static Problem of(LimitExceededException e) {
    ProblemType type = ProblemType.LIMIT_EXCEEDED;
    return new Problem(
        new ProblemBody(
            type.uri(),
            type.title(),
            type.status(),
            e.getMessage(),
            e.field(),
            e.value(),
            e.least(),
            e.ceiling()));
  }

  private static Problem of(ProblemType type, int status, String detail, String field) {
    return new Problem(
        new ProblemBody(type.uri(), type.title(), status, detail, field, null, null, null));
  }

  /** Adds a header to the answer. */
  public Problem with(String header, Object value) {
    headers.put(header, value);
    return this;
  }

  /** Says when it may be tried again. */
  public Problem retryAfter(Duration delay) {
    return with(HttpHeaders.RETRY_AFTER, Math.max(1, delay.toSeconds()));
  }

  /** Its name: {@code /problems/limit-exceeded}. */
  public String type() {
    return body.type();
  }

  /** What is on the wire. */
  public ProblemBody body() {
    return body;
  }

  /** As an answer, whatever the client accepts. */
  public Response response() {
    Response.ResponseBuilder answer =
        Response.status(body.status()).type(MEDIA_TYPE).entity(ApiJson.write(body));
    headers.forEach(answer::header);
    return answer.build();
  }

  /** To be thrown by a resource. */
  public ProblemException exception() {
    return new ProblemException(this);
  }
}
