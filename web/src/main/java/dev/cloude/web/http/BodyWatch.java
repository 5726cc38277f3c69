package dev.cloude.web.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/** Knows whether somebody asked for a way to write the body, or made the container write it. */
final class BodyWatch extends HttpServletResponseWrapper {
  private boolean body;

  BodyWatch(HttpServletResponse response) {
    super(response);
  }

  boolean hasBody() {
    return body;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    body = true;
    return super.getOutputStream();
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    body = true;
    return super.getWriter();
  }

  @Override
  public void sendError(int status) throws IOException {
    body = true;
    super.sendError(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    body = true;
    super.sendError(status, message);
  }
}
