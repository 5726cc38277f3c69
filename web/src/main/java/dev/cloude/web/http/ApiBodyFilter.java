package dev.cloude.web.http;

import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;
import dev.cloude.web.setting.ApiSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads the body of a request to the native API, up to the configured limit. A body that announces
 * more is refused before any of it is read. Runs after the path and the method were found right.
 */
@Provider
@ApplicationScoped
public class ApiBodyFilter implements ContainerRequestFilter {
  @Inject private ApiSettings settings;

  public ApiBodyFilter() {}

  @Override
  public void filter(ContainerRequestContext request) throws IOException {
    if (!request.getMethod().equals("POST")) {
      return;
    }
    if (request.getMediaType() == null) {
      request.abortWith(Problem.ofStatus(415).response());
      return;
    }
    int limit = settings.bodyBytes();
    Optional<byte[]> body = BoundedBody.read(request, limit);
    if (body.isPresent()) {
      request.setEntityStream(new ByteArrayInputStream(body.get()));
    } else {
      refuse(request, limit);
    }
  }

  private static void refuse(ContainerRequestContext request, int limit) {
    String detail =
        "The body is larger than %d bytes, which is the most that this server takes; send less."
            .formatted(limit);
    request.abortWith(Problem.of(ProblemType.BODY_TOO_LARGE, detail).response());
  }
}
