package dev.cloude.runtime.driver;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The end of what a guest printed on its serial console, and its kernel's last words. Bounded
 * whatever the guest prints. Thread-safe.
 */
public final class ConsoleTail {
  /** Enough for a panic with its call trace. */
  static final int TAIL_BYTES = 16 * 1024;

  static final int LINE_BYTES = 512;

  /** A guest must not fill the host's log. */
  static final int LOGGED_LINES = 2000;

  /** From {@code panic()} in the kernel's kernel/panic.c, printed at every log level. */
  private static final String PANIC = "Kernel panic - not syncing";

  private final Consumer<String> log;
  private final byte[] ring = new byte[TAIL_BYTES];
  private final StringBuilder line = new StringBuilder();
  private long written;
  private int logged;
  private String panic;

  /**
   * @param log gets every line, up to a limit
   */
  public ConsoleTail(Consumer<String> log) {
    this.log = log;
  }

  /** A console that nobody reads along. */
  public ConsoleTail() {
    this(line -> {});
  }

  /** Takes what the guest printed. */
  public synchronized void accept(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      ring[(int) (written++ % TAIL_BYTES)] = bytes[i];
      if (bytes[i] == '\n') {
        endLine();
      } else if (line.length() < LINE_BYTES) {
        line.append(printable(bytes[i]));
      }
    }
  }

  /** The line with which the guest's kernel gave up, if it did. */
  public synchronized Optional<String> panic() {
    return panic == null && line.indexOf(PANIC) >= 0
        ? Optional.of(fromPanic(line))
        : Optional.ofNullable(panic);
  }

  /** The last lines, at most 16 KiB, without control characters. */
  public synchronized String tail() {
    int length = (int) Math.min(written, TAIL_BYTES);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      byte b = ring[(int) ((written - length + i) % TAIL_BYTES)];
      bytes[i] = b == '\n' ? (byte) '\n' : (byte) printable(b);
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private void endLine() {
    String text = line.toString().stripTrailing();
    line.setLength(0);
    if (panic == null && text.contains(PANIC)) {
      panic = fromPanic(text);
    }
    if (logged < LOGGED_LINES) {
      logged++;
      log.accept(text);
      if (logged == LOGGED_LINES) {
        log.accept("(this guest prints too much; the rest of its console is not logged)");
      }
    }
  }

  private static String fromPanic(CharSequence text) {
    String line = text.toString();
    return line.substring(line.indexOf(PANIC));
  }

  private static char printable(byte b) {
    return b >= ' ' && b < 0x7f ? (char) b : b == '\r' || b == '\t' ? ' ' : '?';
  }
}
