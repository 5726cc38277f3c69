package dev.cloude.bench.density;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel holds for itself, by {@code /proc/meminfo}: of the whole host, not of a process.
 */
final class KernelMemory {
  private static final List<String> NOT_THE_KERNELS =
      List.of("MemFree", "Buffers", "Cached", "SReclaimable", "AnonPages");

  private KernelMemory() {}

  /**
   * Bytes of RAM that are neither free, nor a cache, nor a process's anonymous memory: page tables,
   * kernel stacks, KVM's structures and the rest.
   */
  static long parse(List<String> meminfo) {
    Map<String, Long> fields = new HashMap<>();
    for (String line : meminfo) {
      String[] words = line.strip().split("[: ]+");
      fields.put(words[0], Long.parseLong(words[1]) << 10);
    }
    long used = field(fields, "MemTotal");
    for (String name : NOT_THE_KERNELS) {
      used -= field(fields, name);
    }
    return used;
  }

  private static long field(Map<String, Long> fields, String name) {
    Long value = fields.get(name);
    if (value == null) {
      throw new IllegalStateException("/proc/meminfo tells no " + name + ".");
    }
    return value;
  }
}
