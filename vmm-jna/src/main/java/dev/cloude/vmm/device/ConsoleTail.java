package dev.cloude.vmm.device;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.limit.RateLimiter;
import java.nio.charset.StandardCharsets;

/**
 * The last bytes that a guest sent on its console, and whether a kernel panic was among all of
 * them. Bounded in memory and rate whatever the guest does: what falls out at the old end is only
 * counted, and so is what comes faster than its limit allows.
 *
 * <p>A panic is noticed in what the guest wrote, also where it was over the limit: a guest that
 * floods its console cannot hide how it ended.
 *
 * <p>Readers may follow it: they keep a position, which counts all bytes ever taken, and wait for
 * more.
 */
public final class ConsoleTail implements Serial.Line {
  private static final byte[] PANIC =
      "Kernel panic - not syncing".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_PANIC_LINE = 200;

  private final byte[] ring;

  // All guarded by this, also the limiter's state.
  private final RateLimiter limiter;
  private long sent;
  private long dropped;
  private boolean ended;
  private int matched;
  private boolean panicked;
  private final StringBuilder panicLine = new StringBuilder();
  private boolean panicLineOpen;

  /**
   * @param capacity bytes kept
   * @param limiter on the bytes taken
   */
  public ConsoleTail(int capacity, RateLimiter limiter) {
    ring = new byte[capacity];
    this.limiter = limiter;
  }

  /** Takes all that is sent. */
  public ConsoleTail(int capacity) {
    this(capacity, new RateLimiter(RateLimit.NONE, System::nanoTime));
  }

  @Override
  public synchronized void send(int octet) {
    watchForPanic(octet);
    if (limiter.open()) {
      limiter.charge(1);
      ring[(int) (sent++ % ring.length)] = (byte) octet;
      notifyAll();
    } else {
      dropped++;
    }
  }

  /** No more will come: wakes whoever waits in {@link #next}. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Bytes written so far, also those no longer kept and those dropped. */
  public synchronized long written() {
    return sent + dropped;
  }

  /** Bytes that came faster than the limit allows, and are lost. */
  public synchronized long dropped() {
    return dropped;
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
