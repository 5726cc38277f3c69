package dev.cloude.vmm.virtio;

import dev.cloude.vmm.libc.EventFd;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device's interrupt: an eventfd towards the guest's interrupt controller, and the register that
 * tells the driver why. Any thread.
 */
final class InterruptLine implements AutoCloseable {
  /** A queue has used entries. */
  static final int QUEUE = 1;

  /** The device's configuration or status has changed. */
  static final int CONFIGURATION = 2;

  private final EventFd event = new EventFd();
  private final AtomicInteger reasons = new AtomicInteger();
  private volatile int standing;

  EventFd event() {
    return event;
  }

  /** Interrupts the driver for {@code reason}. */
  void raise(int reason) {
    int before;
    do {
      before = reasons.get();
    } while (!reasons.compareAndSet(before, before | reason));
    // Also when the reason stood already: the line is an edge, and the driver may just have read
    // the register and not yet acknowledged it.
    event.signal();
  }

  /** From now on until {@link #clear}, a queue is a reason whatever the driver acknowledges. */
  void standForQueues() {
    standing = QUEUE;
  }

  /** Reasons that the driver has not yet acknowledged, and those that stand. */
  int pending() {
    return reasons.get() | standing;
  }

  void acknowledge(int acknowledged) {
    int before;
    do {
      before = reasons.get();
    } while (!reasons.compareAndSet(before, before & ~acknowledged));
  }

  void clear() {
    reasons.set(0);
    standing = 0;
  }

  @Override
  public void close() {
    event.close();
  }
}
