package dev.cloude.bench.density;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the kernel holds for itself, of the whole host and not of a process. */
final class KernelMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path ZONEINFO = Path.of("/proc/zoneinfo");
  private static final Path REFRESH = Path.of("/proc/sys/vm/stat_refresh");
  private static final long PAGE = 4096;

  private static final List<String> NOT_THE_KERNELS =
      List.of("MemFree", "Buffers", "Cached", "SReclaimable", "AnonPages");

  private KernelMemory() {}

  /**
   * Bytes of RAM that are neither free, nor a cache, nor a process's anonymous memory: page tables,
   * kernel stacks, KVM's structures and the rest.
   */
  static long now() throws IOException {
    refresh();
    return parse(Files.readAllLines(MEMINFO), Files.readAllLines(ZONEINFO));
  }

  static long parse(List<String> meminfo, List<String> zoneinfo) {
    Map<String, Long> fields = new HashMap<>();
    for (String line : meminfo) {
      String[] words = line.strip().split("[: ]+");
      fields.put(words[0], Long.parseLong(words[1]) << 10);
    }
    long used = field(fields, "MemTotal");
    for (String name : NOT_THE_KERNELS) {
      used -= field(fields, name);
    }
    return used - atProcessors(zoneinfo);
  }

  // Free pages that each processor keeps at hand, which MemFree leaves out. With huge pages among
  // them that is several MiB.
  private static long atProcessors(List<String> zoneinfo) {
    return zoneinfo.stream()
        .map(String::strip)
        .filter(line -> line.startsWith("count:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()) * PAGE)
        .sum();
  }

  // Makes the kernel add up what each processor has counted apart. Only root may; without it the
  // figures are off by some hundred KiB.
  private static void refresh() {
    if (Files.isWritable(REFRESH)) {
      try {
        Files.writeString(REFRESH, "1");
      } catch (IOException e) {
        // Refused all the same, such as in a container.
      }
    }
  }

  private static long field(Map<String, Long> fields, String name) {
    Long value = fields.get(name);
    if (value == null) {
      throw new IllegalStateException("/proc/meminfo tells no " + name + ".");
    }
    return value;
  }
}
