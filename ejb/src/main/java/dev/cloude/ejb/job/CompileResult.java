package dev.cloude.ejb.job;

import dev.cloude.runtime.job.ReachedLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the compiler ended.
 *
 * @param exitCode its own, 128 + n for signal n; absent when its end is not known
 * @param signal that killed it
 * @param limit at which it was ended
 * @param stdout what it wrote
 * @param stderr what it wrote
 * @param wall time from its start to its end
 * @param cpu processor time, when the guest could measure it
 * @param peakMemoryBytes when the guest could measure it
 */
public record CompileResult(
    OptionalInt exitCode,
    OptionalInt signal,
    Optional<ReachedLimit> limit,
    StreamResult stdout,
    StreamResult stderr,
    Duration wall,
    Optional<Duration> cpu,
    OptionalLong peakMemoryBytes) {

  /** Whether the program could be run. */
  public boolean succeeded() {
    return exitCode.isPresent() && exitCode.getAsInt() == 0 && limit.isEmpty();
  }
}
