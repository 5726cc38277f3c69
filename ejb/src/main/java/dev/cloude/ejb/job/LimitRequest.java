package dev.cloude.ejb.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The limits that a client asks for; what is empty gets the node's default. As in {@link
 * dev.cloude.runtime.job.Limits}, where the values are settled.
 *
 * @param compileWall wall time of the compiler
 * @param runWall wall time of the program
 * @param cpu processor time of the program
 * @param memoryBytes of the program
 * @param processes of the program at the same time
 * @param outputBytes kept of each stream
 * @param fileSizeBytes of one file
 * @param diskBytes of all files
 */
public record LimitRequest(
    Optional<Duration> compileWall,
    Optional<Duration> runWall,
    Optional<Duration> cpu,
    OptionalLong memoryBytes,
    OptionalInt processes,
    OptionalInt outputBytes,
    OptionalLong fileSizeBytes,
    OptionalLong diskBytes) {

  /** Every default. */
  public static final LimitRequest DEFAULTS =
      new LimitRequest(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());
}
