package dev.cloude.ejb.job;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the time went; each is empty when the job did not come that far, or it is not known.
 *
 * @param queued from the submission to the claim of the last attempt
 * @param vmCreated from the claim to the VM's first instruction (or QEMU's start)
 * @param kernel the part of {@code agentReady} until the guest's first process began; known for the
 *     {@code kvm} driver alone
 * @param agentReady from the VM's start to the agent's first answer: the kernel's boot and the
 *     agent's start
 * @param compile the compiler, as the agent measured it
 * @param run the program, as the agent measured it; the host's own measure when the agent has none
 * @param teardown from the stored result until nothing of the VM was left; known a moment later
 */
public record PhaseTimings(
    Optional<Duration> queued,
    Optional<Duration> vmCreated,
    Optional<Duration> kernel,
    Optional<Duration> agentReady,
    Optional<Duration> compile,
    Optional<Duration> run,
    Optional<Duration> teardown) {

  /** Nothing is known. */
  public static final PhaseTimings NONE = queuedFor(null);

  /**
   * A job that was ended before anybody ran it.
   *
   * @param queued null when not known
   */
  static PhaseTimings queuedFor(Duration queued) {
    return new PhaseTimings(
        Optional.ofNullable(queued),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
