package dev.cloude.vmm.virtio;

import dev.cloude.vmm.libc.EventFd;
import java.util.List;

/**
 * A device whose queues the host's kernel serves: kicks and interrupts go between the guest and the
 * kernel, and the device loop hears only of failures. The kernel cannot note in the transport's
 * register why it interrupts; the register says "a queue" for as long as the device runs.
 */
public interface KernelServedDevice extends VirtioDevice {
  /**
   * Ties the transport's events to the queues. Called once, before anything else.
   *
   * @param kicks signalled by the driver, one per queue
   * @param interrupt to be signalled when a queue has used entries
   */
  void connect(List<EventFd> kicks, EventFd interrupt);

  /**
   * Signalled by the kernel when it could not go on; then {@link #pollReady} is called, which
   * throws: {@link VirtioException} where the driver broke a rule. Drained by the transport, and by
   * {@link #activate}: what is told of rings that are gone is no failure of new ones.
   */
  EventFd failure();

  /** Stops the queues where they are until {@link #thaw}. Idempotent. */
  void freeze();

  /** Lets the queues go on. Does nothing unless frozen. */
  void thaw();

  @Override
  default int pollFd() {
    return failure().fd();
  }

  @Override
  default boolean wantsPoll() {
    return true;
  }
}
