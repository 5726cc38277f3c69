package dev.cloude.initramfs.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the limits of one entry. Whether they are within a node's ceilings is the node's matter.
 */
final class LimitFields {
  /** As the API names them. */
  private static final List<String> NAMES =
      List.of(
          "compile_wall_ms",
          "run_wall_ms",
          "cpu_ms",
          "memory_bytes",
          "processes",
          "output_bytes",
          "file_size_bytes",
          "disk_bytes");

  private final EntryFields fields;

  LimitFields(EntryFields fields) {
    this.fields = fields;
  }

  /** By name; empty when the entry has none. */
  Map<String, Long> read() throws CatalogueException {
    if (!fields.present("limits")) {
      return Map.of();
    }
    if (!fields.node("limits").isObject()) {
      throw fields.bad("has limits that are not a JSON object of numbers");
    }
    Map<String, Long> limits = new TreeMap<>();
    for (Map.Entry<String, JsonNode> limit : fields.node("limits").properties()) {
      JsonNode value = limit.getValue();
      if (!NAMES.contains(limit.getKey())) {
        throw fields.bad(
            "has the unknown limit \"%s\"; the limits are %s"
                .formatted(limit.getKey(), String.join(", ", NAMES)));
      }
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
        throw fields.bad(
            "has %s for the limit %s; use a whole number from 1".formatted(value, limit.getKey()));
      }
      limits.put(limit.getKey(), value.longValue());
    }
    return limits;
  }
}
