package dev.cloude.runtime.driver;

import dev.cloude.vmm.virtio.vsock.Vsock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A VM that was started. Every method may be called from any thread, at any time, repeatedly. */
public interface VmHandle extends AutoCloseable {

  /**
   * Completes, never exceptionally, when the VM is gone: its threads joined or its process reaped,
   * its memory and its hold on the TAP device given back. Dependents run on a thread of the driver
   * and must not block.
   */
  CompletableFuture<VmExit> exited();

  /** Notes that the guest's agent has answered, where the driver keeps such times. */
  default void agentReady() {}

  /**
   * From the VM's first instruction to its first process, which says so; empty until then, and
   * where the driver cannot know.
   */
  default Optional<Duration> kernelTime() {
    return Optional.empty();
  }

  /**
   * The host's side of the guest's sockets.
   *
   * @throws IllegalStateException when the VM was started without
   */
  default Vsock sockets() {
    throw new IllegalStateException("The VM has no sockets.");
  }

  /** Asks the VM to end soon. */
  void requestStop();

  /** Ends the VM by force. Returns at once; {@link #exited} tells when it is gone. */
  void kill();

  /**
   * Ends the VM by force and waits until it is gone, for a limited time. Interrupts do not cut it
   * short.
   *
   * @throws IllegalStateException when something of it is left on the host, saying what
   */
  @Override
  void close();
}
