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

  private final long start = System.nanoTime();
  // Nanoseconds since the start; 0 for not reached.
  private final AtomicLongArray reached = new AtomicLongArray(Phase.values().length);

  void reached(Phase phase) {
    reached.compareAndSet(phase.ordinal(), 0, Math.max(1, System.nanoTime() - start));
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
    return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }
}
