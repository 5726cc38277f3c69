package dev.cloude.web.error;

import dev.cloude.api.ErrorBody;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Makes error answers. */
public final class Errors {
  private Errors() {}

  /**
   * An answer with a JSON body.
   *
   * @param message for the client's author
   */
  public static Response response(Response.StatusType status, String message) {
    return Response.status(status.getStatusCode())
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(new ErrorBody(message))
        .build();
  }

  /** What to say about a status when nothing more is known. */
  static String sentence(int status) {
    return switch (status) {
      case 400 -> "The request cannot be understood";
      case 404 -> "Nothing is here; GET / says what there is";
      case 405 -> "This method is not allowed here";
      case 406 -> "This cannot be answered in an accepted media type";
      case 413 -> "The request is too large";
      case 414 -> "The request's address is too long";
      case 415 -> "The body must be sent with Content-Type: application/json";
      case 431 -> "The request's headers are too large";
      case 503 -> "The server cannot answer now; try again later";
      default ->
          status >= 500
              ? "The server failed; its log says why"
              : "The request was refused with status %d".formatted(status);
    };
  }
}
