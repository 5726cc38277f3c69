package dev.cloude.runtime.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the compiler or the program ended, as the guest says; every value is in a range that it can
 * have.
 *
 * @param exitCode 0 to 255: its own, 128 + n when signal n killed it, 124 when it was out of wall
 *     time
 * @param signal 1 to 64, when one killed it
 * @param limit at which it was ended
 * @param wall from its start to its end
 * @param cpu processor time, when the guest could measure it
 * @param peakMemoryBytes when the guest could measure it
 */
public record ProcessEnd(
    int exitCode,
    OptionalInt signal,
    Optional<ReachedLimit> limit,
    Duration wall,
    Optional<Duration> cpu,
    OptionalLong peakMemoryBytes) {

  /** Whether it ended by itself and says that all is well. */
  public boolean succeeded() {
    return exitCode == 0 && signal.isEmpty() && limit.isEmpty();
  }
}
