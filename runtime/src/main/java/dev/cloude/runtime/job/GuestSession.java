package dev.cloude.runtime.job;

import java.time.Duration;

/** One VM for one execution, from its start to its end. Used by one thread, closed by any. */
public interface GuestSession extends AutoCloseable {

  /**
   * Waits for the agent, runs the program, passes on what it writes. Called once.
   *
   * @param listener hears of everything as it comes, also when this throws in the end
   * @throws PlatformException if the VM, the network or the agent failed, or the host's own
   *     deadline was reached
   * @throws InterruptedException if the calling thread was interrupted; the VM still needs {@link
   *     #close}
   */
  ExecutionResult run(ExecutionListener listener) throws PlatformException, InterruptedException;

  /**
   * Waits for the agent and runs nothing: for a VM that only shows that VMs come up. Called once,
   * instead of {@link #run}; what has no agent is ready at once.
   *
   * @return how long it took from the VM's start
   * @throws PlatformException as {@link #run}
   * @throws InterruptedException as {@link #run}
   */
  default Duration awaitAgent() throws PlatformException, InterruptedException {
    return Duration.ZERO;
  }

  /** What the VM was made of. Reads a file when it is asked for the first time. */
  GuestReceipt receipt();

  /**
   * Ends the VM and removes its TAP device; both are gone when it returns. A {@link #run} that is
   * under way fails at once. Bounded in time, and idempotent: a further call has nothing to do, or
   * tries again what failed.
   *
   * @throws IllegalStateException in the rare case that the VM or its device could not be removed,
   *     with the reason; the guest's address must not be given to another then
   */
  @Override
  void close();
}
