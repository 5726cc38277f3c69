package dev.cloude.bench.density;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds at a moment.
 *
 * @param descriptors open file descriptors
 * @param threads of the process, the JVM's own among them
 * @param mappings its address space
 * @param heapLive bytes of Java objects that are in use; the heap itself is part of the mappings,
 *     all of it in memory from the start
 * @param kernel bytes the kernel holds, for all processes
 */
record Footprint(int descriptors, int threads, Mappings mappings, long heapLive, long kernel) {
  private static final Path SELF = Path.of("/proc/self");

  /** The present one, after a garbage collection. */
  static Footprint now() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    try {
      return new Footprint(
          entries(SELF.resolve("fd")),
          entries(SELF.resolve("task")),
          Mappings.parse(Files.readAllLines(SELF.resolve("smaps"))),
          heap,
          KernelMemory.parse(Files.readAllLines(Path.of("/proc/meminfo"))));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read this process's footprint", e);
    }
  }

  /** Bytes of this process beyond the guests' RAM. */
  long process() {
    return mappings.otherResident() + heapLive;
  }

  private static int entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Math.toIntExact(files.count());
    }
  }
}
