package dev.cloude.web.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.util.Optional;

/** A request's body, up to a limit that also holds when the client does not say how long it is. */
final class BoundedBody {
  private BoundedBody() {}

  /** Empty for a body larger than the limit; one that announces it is not read at all. */
  static Optional<byte[]> read(ContainerRequestContext request, int limit) throws IOException {
    if (announcedLength(request) > limit) {
      return Optional.empty();
    }
    byte[] body = request.getEntityStream().readNBytes(limit + 1);
    return body.length > limit ? Optional.empty() : Optional.of(body);
  }

  /** Not by {@code getLength}, which has no room for more than 2 GiB. */
  private static long announcedLength(ContainerRequestContext request) {
    String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : 0;
  }
}
