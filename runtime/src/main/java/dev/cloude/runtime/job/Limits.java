package dev.cloude.runtime.job;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one execution may take: settled values, within the node's ceilings. A limit that is empty is
 * not enforced beyond what the guest itself has.
 *
 * @param compileWall wall time of the compiler
 * @param runWall wall time of the program
 * @param cpu processor time of the program and its children
 * @param memoryBytes of the program and its children
 * @param processes processes and threads of the program at the same time
 * @param outputBytes kept of each stream; a program that writes more is killed
 * @param fileSizeBytes of one file
 * @param diskBytes of all files in the work folder
 */
public record Limits(
    Duration compileWall,
    Duration runWall,
    Optional<Duration> cpu,
    OptionalLong memoryBytes,
    OptionalInt processes,
    int outputBytes,
    OptionalLong fileSizeBytes,
    OptionalLong diskBytes) {
  public Limits {
    Objects.requireNonNull(compileWall);
    Objects.requireNonNull(runWall);
    Objects.requireNonNull(cpu);
    Objects.requireNonNull(memoryBytes);
    Objects.requireNonNull(processes);
    Objects.requireNonNull(fileSizeBytes);
    Objects.requireNonNull(diskBytes);
  }
}
