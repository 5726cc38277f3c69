package dev.cloude.ejb.job;

import dev.cloude.runtime.job.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The defaults of one language.
 *
 * @param values by the API's names, each at least 1
 * @param most the node's ceilings, every one present
 */
record LanguageLimits(Map<String, Long> values, Limits most) {

  /** The node's defaults, with the language's in their place. */
  Limits over(Limits node) {
    if (values.isEmpty()) {
      return node;
    }
    return new Limits(
        time("compile_wall_ms", most.compileWall()).orElse(node.compileWall()),
        time("run_wall_ms", most.runWall()).orElse(node.runWall()),
        time("cpu_ms", most.cpu().orElseThrow()).or(node::cpu),
        bytes("memory_bytes", most.memoryBytes(), node.memoryBytes()),
        number("processes", most.processes().getAsInt())
            .map(value -> OptionalInt.of(Math.toIntExact(value)))
            .orElse(node.processes()),
        number("output_bytes", most.outputBytes()).map(Math::toIntExact).orElse(node.outputBytes()),
        bytes("file_size_bytes", most.fileSizeBytes(), node.fileSizeBytes()),
        bytes("disk_bytes", most.diskBytes(), node.diskBytes()));
  }

  private Optional<Duration> time(String name, Duration ceiling) {
    return number(name, ceiling.toMillis()).map(Duration::ofMillis);
  }

  private OptionalLong bytes(String name, OptionalLong ceiling, OptionalLong ofNode) {
    return number(name, ceiling.getAsLong()).map(OptionalLong::of).orElse(ofNode);
  }

  private Optional<Long> number(String name, long ceiling) {
    return Optional.ofNullable(values.get(name)).map(value -> Math.min(value, ceiling));
  }
}
