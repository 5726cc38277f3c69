package dev.cloude.ejb.job;

import dev.cloude.runtime.job.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** {@link Limits} as they are stored. */
record LimitsDocument(
    long compileWallMs,
    long runWallMs,
    Long cpuMs,
    Long memoryBytes,
    Integer processes,
    int outputBytes,
    Long fileSizeBytes,
    Long diskBytes) {

  static LimitsDocument of(Limits limits) {
    return new LimitsDocument(
        limits.compileWall().toMillis(),
        limits.runWall().toMillis(),
        limits.cpu().map(Duration::toMillis).orElse(null),
        boxed(limits.memoryBytes()),
        limits.processes().isPresent() ? limits.processes().getAsInt() : null,
        limits.outputBytes(),
        boxed(limits.fileSizeBytes()),
        boxed(limits.diskBytes()));
  }

  Limits limits() {
    return new Limits(
        Duration.ofMillis(compileWallMs),
        Duration.ofMillis(runWallMs),
        Optional.ofNullable(cpuMs).map(Duration::ofMillis),
        unboxed(memoryBytes),
        processes == null ? OptionalInt.empty() : OptionalInt.of(processes),
        outputBytes,
        unboxed(fileSizeBytes),
        unboxed(diskBytes));
  }

  static Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static OptionalLong unboxed(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
