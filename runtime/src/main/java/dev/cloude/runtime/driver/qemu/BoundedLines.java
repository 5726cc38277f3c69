package dev.cloude.runtime.driver.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of a stream whose other side is not trusted with our memory. */
final class BoundedLines {
  private final InputStream in;
  private final int limit;

  /**
   * @param limit most bytes of a line that are kept; the rest of it is thrown away
   */
  BoundedLines(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** The next line without its end; empty at the end of the stream. */
  Optional<String> next() throws IOException {
    byte[] line = new byte[128];
    int length = 0;
    while (true) {
      int b = in.read();
      if (b < 0 && length == 0) {
        return Optional.empty();
      }
      if (b < 0 || b == '\n') {
        return Optional.of(new String(line, 0, length, StandardCharsets.UTF_8));
      }
      if (length < limit) {
        if (length == line.length) {
          line = java.util.Arrays.copyOf(line, Math.min(limit, 2 * length));
        }
        line[length++] = (byte) b;
      }
    }
  }
}
