package dev.cloude.vmm.child;

import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One VM in a process of its own. As {@link dev.cloude.vmm.MicroVm}: every method may be called by
 * any thread at any time and as often as one likes.
 */
public final class IsolatedVm implements AutoCloseable {
  // A killed process is reaped in milliseconds, unless the kernel does not let go of it.
  private static final long END_SECONDS = 30;

  private final String name;
  private final ChildProcess child;
  private final CompletableFuture<VmExit> exit;

  IsolatedVm(String name, ChildProcess child, CompletableFuture<VmExit> exit) {
    this.name = name;
    this.child = child;
    this.exit = exit;
  }

  /**
   * Completes with the end of the VM when its process has been reaped. Never completes
   * exceptionally. {@link dev.cloude.vmm.ExitCause#PROCESS_DIED} when the process did not come to
   * an end in order. What is attached to it without an executor may run on a thread of the VM.
   */
  public CompletableFuture<VmExit> exit() {
    return exit.copy();
  }

  /** As {@link dev.cloude.vmm.MicroVm#agentReady}. */
  public void agentReady() {
    child.agentReady();
  }

  /** As {@link dev.cloude.vmm.MicroVm#vsock}. */
  public Vsock vsock() {
    return child
        .sockets()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    name + " has no socket device: give MicroVmConfig.vsock."));
  }

  /** As {@link dev.cloude.vmm.MicroVm#requestStop}; only the first call asks. */
  public void requestStop() {
    child.requestStop();
  }

  /** Kills the process. Returns at once; {@link #exit} tells when it is gone. */
  public void kill() {
    child.kill();
  }

  /**
   * Kills the process and waits until it is gone; interrupts do not cut it short. {@link
   * VmmException} with {@link VmmException.Code#STOP} when it stays behind.
   */
  @Override
  public void close() {
    kill();
    awaitEnd();
  }

  /** Its process's id. */
  public long process() {
    return child.id();
  }

  /**
   * What the VM has measured and counted, by name, as its process last told: {@code
   * nanos.first-instruction} since it was asked to start, from the start on; the rest, such as
   * {@code exits.io}, after an end in order. Told by the process: not to be trusted.
   */
  public Map<String, Long> figures() {
    return child.figures();
  }

  private void awaitEnd() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          exit.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (TimeoutException e) {
      throw new VmmException(
          VmmException.Code.STOP,
          "The process "
              + child.id()
              + " of "
              + name
              + " has not ended within "
              + END_SECONDS
              + " s of its kill.",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
