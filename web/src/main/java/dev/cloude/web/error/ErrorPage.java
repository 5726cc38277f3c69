package dev.cloude.web.error;

import dev.cloude.web.json.ApiJson;
import dev.cloude.web.problem.ApiPath;
import dev.cloude.web.problem.Problem;
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
  static final String PATH = "/error-page";

  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    // A client that asks for this path by itself finds nothing here.
    int code = status instanceof Integer found ? found : HttpServletResponse.SC_NOT_FOUND;
    Object asked = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    write(asked instanceof String uri ? uri : null, response, code);
  }

  /**
   * Writes the body and everything that belongs to it; nothing may have been written before.
   *
   * @param uri path that the client asked for; null when not known
   */
  public static void write(String uri, HttpServletResponse response, int status)
      throws IOException {
    boolean api = ApiPath.matches(uri);
    byte[] body =
        api
            ? ApiJson.write(Problem.ofStatus(status).body())
            : "{\"error\":\"%s\"}"
                .formatted(Errors.sentence(status))
                .getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType(api ? Problem.MEDIA_TYPE : "application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
