package dev.cloude.vmm.device;

import java.nio.charset.StandardCharsets;

/**
 * The last bytes that a guest sent on its console, and whether a kernel panic was among all of
 * them. Bounded whatever the guest does; what falls out at the old end is only counted.
 *
 * <p>Readers may follow it: they keep a position, which counts all bytes ever sent, and wait for
 * more.
 */
public final class ConsoleTail implements Serial.Line {
  private static final byte[] PANIC =
      "Kernel panic - not syncing".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_PANIC_LINE = 200;

  private final byte[] ring;

  // All guarded by this.
  private long sent;
  private boolean ended;
  private int matched;
  private boolean panicked;
  private final StringBuilder panicLine = new StringBuilder();
  private boolean panicLineOpen;

  /**
   * @param capacity bytes kept
   */
  public ConsoleTail(int capacity) {
    ring = new byte[capacity];
  }

  @Override
  public synchronized void send(int octet) {
    ring[(int) (sent++ % ring.length)] = (byte) octet;
    watchForPanic(octet);
    notifyAll();
  }

  /** No more will come: wakes whoever waits in {@link #next}. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Bytes sent so far, also those no longer kept. */
  public synchronized long sent() {
    return sent;
  }

  /** What is kept, oldest first. */
  public synchronized byte[] bytes() {
    return copy(Math.max(0, sent - ring.length));
  }

  /**
   * Waits until something was sent after {@code position} and returns it, without what is no longer
   * kept. An empty chunk means that the console has ended.
   */
  public synchronized Chunk next(long position) throws InterruptedException {
    while (sent <= position && !ended) {
      wait();
    }
    long from = Math.max(position, sent - ring.length);
    return new Chunk(from < sent ? copy(from) : new byte[0], sent);
  }

  /**
   * A piece of the console's output.
   *
   * @param end position after its last byte
   */
  public record Chunk(byte[] bytes, long end) {}

  /** Whether a kernel panic was announced. */
  public synchronized boolean panicked() {
    return panicked;
  }

  /** The line that announced the first panic from "Kernel panic" on, cut to 200 characters. */
  public synchronized String panicLine() {
    return panicLine.toString();
  }

  private byte[] copy(long from) {
    byte[] bytes = new byte[(int) (sent - from)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = ring[(int) ((from + i) % ring.length)];
    }
    return bytes;
  }

  private void watchForPanic(int octet) {
    if (panicked) {
      extendPanicLine(octet);
    } else if (octet == PANIC[matched]) {
      matched++;
      if (matched == PANIC.length) {
        panicked = true;
        panicLineOpen = true;
        panicLine.append(new String(PANIC, StandardCharsets.US_ASCII));
      }
    } else {
      // Its first letter occurs nowhere else in the text, so a failed match starts over here.
      matched = octet == PANIC[0] ? 1 : 0;
    }
  }

  private void extendPanicLine(int octet) {
    boolean printable = octet >= ' ' && octet < 0x7f;
    if (!panicLineOpen || !printable || panicLine.length() >= MAX_PANIC_LINE) {
      panicLineOpen = false;
    } else {
      panicLine.append((char) octet);
    }
  }
}
