package dev.cloude.web.error;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The body of errors that the container makes itself, in place of its HTML pages. */
@WebServlet(ErrorPage.PATH)
public class ErrorPage extends HttpServlet {
  /** As in web.xml. */
  static final String PATH = "/WEB-INF-error";

  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    // A client that asks for this path by itself finds nothing here.
    int code = status instanceof Integer found ? found : HttpServletResponse.SC_NOT_FOUND;
    byte[] body =
        "{\"error\":\"%s\"}".formatted(Errors.sentence(code)).getBytes(StandardCharsets.UTF_8);
    response.setStatus(code);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
