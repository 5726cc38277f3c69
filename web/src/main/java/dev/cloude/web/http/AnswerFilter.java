package dev.cloude.web.http;

import dev.cloude.web.error.ErrorPage;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What holds for every answer. What programs print comes back through here, so no browser may take
 * it for anything but data, nor keep it; and no error goes out without a body that says what it is.
 */
@WebFilter(
    urlPatterns = "/*",
    dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ERROR},
    asyncSupported = true)
public class AnswerFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    protect(response);
    BodyWatch watch = new BodyWatch(response);
    chain.doFilter(request, watch);
    if (response.getStatus() >= 400
        && !watch.hasBody()
        && !response.isCommitted()
        && !request.isAsyncStarted()) {
      // Jersey refuses a malformed header like this, and takes our headers away with it.
      protect(response);
      ErrorPage.write(response, response.getStatus());
    }
  }

  private static void protect(HttpServletResponse response) {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    response.setHeader("Cache-Control", "no-store");
  }
}
