package dev.cloude.runtime.session;

import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the host waits, whatever the guest does: the guest's own limit of what goes on there,
 * and some time for the upload, the kill of everything the program left behind, and the delivery of
 * the output. It begins anew with each phase, so that a guest that is wedged is given up soon.
 *
 * @param compiles whether the compiler's time counts
 * @param limits the guest's own
 * @param grace beyond them
 */
record HostDeadline(boolean compiles, Limits limits, Duration grace) {

  /** From the request until a phase begins, and for an agent that reports none. */
  Duration beforeAnyPhase() {
    Duration run = limits.runWall().plus(grace);
    return compiles ? run.plus(limits.compileWall()) : run;
  }

  /** From the beginning of a phase to its end; the next one begins at once. */
  Duration of(ExecutionPhase phase) {
    return (phase == ExecutionPhase.COMPILE ? limits.compileWall() : limits.runWall()).plus(grace);
  }

  /**
   * For the client.
   *
   * @param reached the phase in which the guest was given up
   * @param why what was heard last, a clause
   */
  String sentence(Optional<ExecutionPhase> reached, String why) {
    if (reached.isEmpty()) {
      return "The guest did not report that the program began within %d s; it may have run (%s)."
          .formatted(beforeAnyPhase().toSeconds(), why);
    }
    ExecutionPhase phase = reached.get();
    return "The guest did not report the %s's end within its limit of %d ms and %d s more (%s)."
        .formatted(
            phase == ExecutionPhase.COMPILE ? "compiler" : "program",
            of(phase).minus(grace).toMillis(),
            grace.toSeconds(),
            why);
  }
}
