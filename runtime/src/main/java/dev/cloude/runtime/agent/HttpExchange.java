package dev.cloude.runtime.agent;

import dev.cloude.runtime.agent.AgentException.Code;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP/1.0 request and the head of its answer (RFC 1945). The answer's body is what follows on
 * the connection until its end.
 */
final class HttpExchange {
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADERS = 64;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");

  private final int status;
  private final String contentType;
  private final InputStream body;

  private HttpExchange(int status, String contentType, InputStream body) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }

  /**
   * Sends a request and reads the answer's head.
   *
   * @param method GET or POST
   * @param json the request's body; empty for GET
   */
  static HttpExchange send(
      InputStream in, OutputStream out, String method, String path, byte[] json)
      throws IOException, AgentException {
    String head =
        "%s %s HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(method, path, json.length);
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + json.length);
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(json);
    request.writeTo(out);
    out.flush();
    return readHead(new BufferedInputStream(in));
  }

  private static HttpExchange readHead(InputStream in) throws IOException, AgentException {
    Matcher status = STATUS_LINE.matcher(line(in));
    if (!status.matches()) {
      throw broken("something that is not HTTP");
    }
    String contentType = "";
    for (int i = 0; ; i++) {
      String header = line(in);
      if (header.isEmpty()) {
        return new HttpExchange(Integer.parseInt(status.group(1)), contentType, in);
      }
      if (i == MAX_HEADERS) {
        throw broken("more than " + MAX_HEADERS + " header lines");
      }
      if (header.regionMatches(true, 0, "Content-Type:", 0, 13)) {
        contentType = header.substring(13).strip();
      }
      if (header.regionMatches(true, 0, "Transfer-Encoding:", 0, 18)) {
        throw broken("a transfer encoding, which HTTP/1.0 does not have");
      }
    }
  }

  private static String line(InputStream in) throws IOException, AgentException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the answer ended within its head");
      }
      if (b == '\n') {
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r'
            ? line.substring(0, end - 1)
            : line.toString();
      }
      if (line.length() == MAX_LINE_BYTES) {
        throw broken("a header line of more than " + MAX_LINE_BYTES + " bytes");
      }
      line.append((char) b);
    }
  }

  private static AgentException broken(String what) {
    return new AgentException(Code.PROTOCOL, "the agent sent " + what);
  }

  /** 100 to 999. */
  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  InputStream body() {
    return body;
  }
}
