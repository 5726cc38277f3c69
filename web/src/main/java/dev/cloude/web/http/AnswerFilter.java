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
  /** Where the page to try the API is, and nothing else. */
  private static final String UI = "/api/ui";

  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  private static final String OWN_FILES =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    protect(request, response);
    BodyWatch watch = new BodyWatch(response);
    chain.doFilter(request, watch);
    if (response.getStatus() >= 400
        && !watch.hasBody()
        && !response.isCommitted()
        && !request.isAsyncStarted()) {
      // Jersey refuses a malformed header like this, and takes our headers away with it.
      protect(request, response);
      ErrorPage.write(request.getRequestURI(), response, response.getStatus());
    }
  }

  private static void protect(HttpServletRequest request, HttpServletResponse response) {
    String path = request.getRequestURI();
    boolean page = path.equals(UI) || path.startsWith(UI + "/");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", page ? OWN_FILES : NOTHING);
    response.setHeader("Cache-Control", "no-store");
  }
}
