package dev.cloude.it.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What programs noted when they ran, outside of every server: see {@link ScriptedGuestSessions}.
 */
final class RunRecord {
  private final Map<String, List<UUID>> runs;

  private RunRecord(Map<String, List<UUID>> runs) {
    this.runs = runs;
  }

  /** The file, as it is now. */
  static RunRecord read(Path file) throws IOException {
    return new RunRecord(
        Files.readAllLines(file).stream()
            .map(line -> line.split(" "))
            .collect(
                Collectors.groupingBy(
                    words -> words[0],
                    HashMap::new,
                    Collectors.mapping(words -> UUID.fromString(words[1]), Collectors.toList()))));
  }

  /** The executions of a job, in order. */
  List<UUID> of(String name) {
    return runs.getOrDefault(name, List.of());
  }

  /** How many programs ran. */
  int count() {
    return runs.values().stream().mapToInt(List::size).sum();
  }

  /** The execution that an attempt at a job is. */
  static UUID execution(String jobId, int attempt) {
    return UUID.nameUUIDFromBytes((jobId + "/" + attempt).getBytes(StandardCharsets.UTF_8));
  }
}
