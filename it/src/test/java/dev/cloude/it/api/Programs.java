package dev.cloude.it.api;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs among the tests' resources. */
final class Programs {
  /** An emulated compiler beside another takes as long as it takes. */
  static final Map<String, Object> PATIENT =
      Map.of("compile_wall_ms", 300_000, "run_wall_ms", 300_000);

  private Programs() {}

  /** The files of a folder, as a submission has them. */
  static List<Map<String, String>> of(String folder) throws IOException {
    List<Map<String, String>> files = new ArrayList<>();
    for (Path file : in(folder)) {
      files.add(Map.of("path", file.getFileName().toString(), "content", Files.readString(file)));
    }
    return files;
  }

  /** What is in a folder, sorted. */
  static List<Path> in(String folder) throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of(Programs.class.getResource("/" + folder).toURI()))) {
      return files.sorted().toList();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path has no such address", e);
    }
  }
}
