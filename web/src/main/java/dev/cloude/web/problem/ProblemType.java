package dev.cloude.web.problem;

import java.util.Locale;

/** The kinds of problems. Their names on the wire never change. */
public enum ProblemType {
  BAD_REQUEST(400, "The request cannot be understood"),
  MALFORMED_JSON(400, "The body is not the JSON that was expected"),
  INVALID_PARAMETER(400, "A parameter or header is not allowed or has a bad value"),
  NOT_FOUND(404, "Nothing is here"),
  JOB_NOT_FOUND(404, "There is no such job"),
  METHOD_NOT_ALLOWED(405, "This method is not allowed here"),
  NOT_ACCEPTABLE(406, "This cannot be answered in an accepted media type"),
  IDEMPOTENCY_CONFLICT(409, "The idempotency key was used for another request"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body has the wrong media type"),
  RANGE_NOT_SATISFIABLE(416, "The range is not there"),
  INVALID_FIELD(422, "A field of the body has a bad value"),
  UNSUPPORTED_LANGUAGE(422, "The language, or its version, is not there"),
  LIMIT_EXCEEDED(422, "More is asked for than this server allows"),
  REQUEST_REFUSED(400, "The request was refused"),
  INTERNAL_ERROR(500, "The server failed"),
  LANGUAGE_NOT_READY(503, "The image of the language is not there yet"),
  QUEUE_FULL(503, "Too many jobs wait"),
  TOO_MANY_STREAMS(503, "Too many event streams are open"),
  UNAVAILABLE(503, "The server cannot answer now");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** A relative reference: {@code /problems/limit-exceeded}. */
  public String uri() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Of the answer; {@link #REQUEST_REFUSED} may have another one from 400 to 499. */
  public int status() {
    return status;
  }

  /** The same for every problem of this kind. */
  public String title() {
    return title;
  }

  /** What the server itself means by a status. */
  static ProblemType ofStatus(int status) {
    return switch (status) {
      case 400 -> BAD_REQUEST;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 413 -> BODY_TOO_LARGE;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 416 -> RANGE_NOT_SATISFIABLE;
      case 503 -> UNAVAILABLE;
      default -> status >= 500 ? INTERNAL_ERROR : REQUEST_REFUSED;
    };
  }

  /** What to say when nothing more is known. */
  String sentence(int actual) {
    return switch (this) {
      case BAD_REQUEST -> "The request cannot be understood; check its address and headers.";
      case NOT_FOUND -> "Nothing is at this address; /api/openapi.json says what there is.";
      case METHOD_NOT_ALLOWED -> "Use one of the methods in the Allow header.";
      case NOT_ACCEPTABLE -> "Send an Accept header that allows what /api/openapi.json says.";
      case BODY_TOO_LARGE -> "Send a smaller body.";
      case UNSUPPORTED_MEDIA_TYPE -> "Send the body with Content-Type: application/json.";
      case UNAVAILABLE -> "Try again later.";
      case INTERNAL_ERROR -> "The request may be right; the server's log says what went wrong.";
      default -> "The request was refused with status %d.".formatted(actual);
    };
  }
}
