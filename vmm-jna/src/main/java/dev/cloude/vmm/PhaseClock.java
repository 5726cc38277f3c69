package dev.cloude.vmm;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/** Notes when each phase is first reached. Any thread. */
final class PhaseClock {
  /** The phases in their order. */
  enum Phase {
    CREATED,
    LOADED,
    FIRST_INSTRUCTION,
    USER_SPACE,
    AGENT_READY
  }

  private final long made = System.nanoTime();
  // Nanoseconds since this clock was made; 0 for not reached.
  private final AtomicLongArray reached = new AtomicLongArray(Phase.values().length);
  // Nanoseconds since this clock was made.
  private volatile long start;

  void reached(Phase phase) {
    reached.compareAndSet(phase.ordinal(), 0, sinceMade());
  }

  /** From now on times are measured from now; what was reached before is at zero. */
  void restart() {
    start = sinceMade();
  }

  Phases phases() {
    return new Phases(
        at(Phase.CREATED),
        at(Phase.LOADED),
        at(Phase.FIRST_INSTRUCTION),
        at(Phase.USER_SPACE),
        at(Phase.AGENT_READY));
  }

  private Optional<Duration> at(Phase phase) {
    long nanos = reached.get(phase.ordinal());
    return nanos == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, nanos - start)));
  }

  private long sinceMade() {
    return Math.max(1, System.nanoTime() - made);
  }
}
