package dev.cloude.bench.density;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this process holds at a moment.
 *
 * @param descriptors open file descriptors
 * @param threads of the process, the JVM's own among them
 * @param kernelThreads that KVM runs inside the process, one per VM on newer kernels
 * @param mappings its address space
 * @param heapLive bytes of Java objects that are in use; the heap itself is part of the mappings,
 *     all of it in memory from the start
 * @param kernel bytes the kernel holds, for all processes
 */
record Footprint(
    int descriptors,
    int threads,
    int kernelThreads,
    Mappings mappings,
    long heapLive,
    long kernel) {
  private static final Path SELF = Path.of("/proc/self");
  private static final String KERNEL_THREAD = "kvm-";

  // Threads that have ended leave the process a moment later, and KVM's memory after them.
  private static final long MOMENT_NANOS = 20_000_000;
  private static final int QUIET_MOMENTS = 5;
  private static final int MOST_MOMENTS = 500;

  /** The present one, after a garbage collection, once no more threads come or go. */
  static Footprint now() {
    System.gc();
    try {
      settle();
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      List<String> tasks = tasks();
      int ofTheKernel = (int) tasks.stream().filter(t -> t.startsWith(KERNEL_THREAD)).count();
      return new Footprint(
          descriptorCount(),
          tasks.size() - ofTheKernel,
          ofTheKernel,
          Mappings.parse(Files.readAllLines(SELF.resolve("smaps"))),
          heap,
          KernelMemory.now());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read this process's footprint", e);
    }
  }

  /** Bytes of this process beyond the guests' RAM. */
  long process() {
    return mappings.otherResident() + heapLive;
  }

  private static void settle() throws IOException {
    int threads = tasks().size();
    int quiet = 0;
    for (int i = 0; i < MOST_MOMENTS && quiet < QUIET_MOMENTS; i++) {
      LockSupport.parkNanos(MOMENT_NANOS);
      int now = tasks().size();
      quiet = now == threads ? quiet + 1 : 0;
      threads = now;
    }
  }

  private static List<String> tasks() throws IOException {
    try (Stream<Path> tasks = Files.list(SELF.resolve("task"))) {
      return tasks.map(Footprint::name).filter(name -> !name.isEmpty()).toList();
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  private static int descriptorCount() throws IOException {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      return Math.toIntExact(files.count());
    }
  }
}
