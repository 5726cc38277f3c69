package dev.cloude.web.http;

import dev.cloude.web.error.Errors;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads the body of a request, up to a limit that also holds when the client does not say how long
 * its body is. Runs after the path, the method and the media type were found right.
 */
@Provider
public class RequestBodyFilter implements ContainerRequestFilter {
  /** 1 MiB. */
  static final int LIMIT = 1 << 20;

  @Override
  public void filter(ContainerRequestContext request) throws IOException {
    if (!request.getMethod().equals("POST")) {
      return;
    }
    if (request.getMediaType() == null) {
      refuse(
          request,
          Response.Status.UNSUPPORTED_MEDIA_TYPE,
          "The body must be sent with Content-Type: application/json");
      return;
    }
    Optional<byte[]> body = BoundedBody.read(request, LIMIT);
    if (body.isEmpty()) {
      refuse(
          request,
          Response.Status.REQUEST_ENTITY_TOO_LARGE,
          "The body is larger than %d bytes".formatted(LIMIT));
    } else if (body.get().length == 0) {
      refuse(request, Response.Status.BAD_REQUEST, "The body is empty; send a JSON object");
    } else {
      request.setEntityStream(new ByteArrayInputStream(body.get()));
    }
  }

  private static void refuse(
      ContainerRequestContext request, Response.Status status, String message) {
    request.abortWith(Errors.response(status, message));
  }
}
