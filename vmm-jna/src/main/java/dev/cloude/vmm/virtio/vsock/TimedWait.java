package dev.cloude.vmm.virtio.vsock;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Waits on a monitor that the caller holds, all in all for a limited time. */
public final class TimedWait {
  /** No limit. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final Object monitor;
  private final long nanos;
  private final long start = System.nanoTime();

  public TimedWait(Object monitor, long nanos) {
    this.monitor = monitor;
    this.nanos = nanos;
  }

  /**
   * Waits until notified, or for no reason: the caller looks again.
   *
   * @return false when the time is over
   * @throws InterruptedIOException when the thread was interrupted, which it then still is
   */
  public boolean await() throws InterruptedIOException {
    long left = nanos == FOREVER ? FOREVER : nanos - (System.nanoTime() - start);
    if (left <= 0) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.timedWait(monitor, left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for the guest.");
    }
    return true;
  }
}
