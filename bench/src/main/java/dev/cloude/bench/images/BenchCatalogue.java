package dev.cloude.bench.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The default catalogue's images with one program for all, which tells what memory is in use; and
 * the peer: nothing but busybox.
 */
final class BenchCatalogue {
  static final String PEER = "busybox";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String MEMORY = "while read -r line; do echo \"$line\"; done </proc/meminfo";

  private final Path file;
  private final List<String> names = new ArrayList<>();

  /**
   * @param catalogue whose images are measured
   * @param wanted the names of those to measure; empty for all
   * @param folder where the changed catalogue goes
   */
  BenchCatalogue(Path catalogue, Set<String> wanted, Path folder) throws IOException {
    JsonNode entries = JSON.readTree(Files.readAllBytes(catalogue));
    for (String name : wanted) {
      if (!entries.has(name)) {
        throw new IllegalStateException(
            "%s has no language \"%s\"; use its names.".formatted(catalogue, name));
      }
    }
    ObjectNode all = JSON.createObjectNode();
    all.putObject(PEER)
        .put("version", "1")
        .put("suite", "bookworm")
        .put("file", "main")
        .putArray("packages")
        .add("busybox-static");
    ((ObjectNode) all.get(PEER)).set("run", words("/bin/busybox", "sh", "-c", MEMORY));
    names.add(PEER);
    for (Map.Entry<String, JsonNode> entry : entries.properties()) {
      if (!wanted.isEmpty() && !wanted.contains(entry.getKey())) {
        continue;
      }
      if (!entry.getValue().has("packages")) {
        throw new IllegalStateException(
            "%s of %s is not made of packages: only such images are measured."
                .formatted(entry.getKey(), catalogue));
      }
      ObjectNode language = entry.getValue().deepCopy();
      language.putNull("compile");
      language.set("run", words("/bin/sh", "-c", MEMORY));
      all.set(entry.getKey(), language);
      names.add(entry.getKey());
    }
    file = folder.resolve("languages.json");
    Files.write(file, JSON.writeValueAsBytes(all));
  }

  private static JsonNode words(String... words) {
    return JSON.valueToTree(words);
  }

  Path file() {
    return file;
  }

  /** All names, the peer's first. */
  List<String> names() {
    return List.copyOf(names);
  }
}
