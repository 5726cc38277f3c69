package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What this process holds that a VM could leave behind. */
record Footprint(
    long guestMemoryKib, long vcpuMappings, long vhostWorkers, TreeMap<String, Long> descriptors) {

  /** Takes the measure. Descriptors are counted by what they are, so that files do not matter. */
  static Footprint now() {
    try {
      return new Footprint(guestMemory(), vcpuMaps(), workers(), descriptorsByKind());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless all is as it was, and no thread with one of the VM names is left. */
  void assertRestored(String vmNamePrefix) {
    assertThat(threads(vmNamePrefix)).isEmpty();
    // KVM closes a VM's last references a moment after its descriptors.
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> now().equals(this));
  }

  static List<String> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(n -> n.startsWith(prefix))
        .sorted()
        .toList();
  }

  // Guest memory is the only kind here that is marked "not in core dumps" and "not in children".
  private static long guestMemory() throws IOException {
    long size = 0;
    long sum = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.startsWith("Size:")) {
        size = Long.parseLong(line.replaceAll("[^0-9]", ""));
      } else if (line.startsWith("VmFlags:") && line.contains(" dc ") && line.contains(" dd ")) {
        sum += size;
      }
    }
    return sum;
  }

  private static long vcpuMaps() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(l -> l.contains("kvm-vcpu")).count();
    }
  }

  // Named after the process that they work for; on their own in Linux up to 6.3, its tasks since.
  private static long workers() throws IOException {
    String name = "vhost-" + ProcessHandle.current().pid();
    try (Stream<Path> all = Stream.concat(tasks("/proc"), tasks("/proc/self/task"))) {
      return all.filter(task -> name(task).equals(name)).count();
    }
  }

  private static Stream<Path> tasks(String folder) throws IOException {
    return Files.list(Path.of(folder)).filter(p -> p.getFileName().toString().matches("[0-9]+"));
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      // Ended meanwhile.
      return "";
    }
  }

  private static TreeMap<String, Long> descriptorsByKind() throws IOException {
    TreeMap<String, Long> kinds = new TreeMap<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all.toList()) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith("anon_inode:") || target.startsWith("/dev/")) {
            kinds.merge(target, 1L, Long::sum);
          }
        } catch (IOException e) {
          // Closed meanwhile, such as the one that lists the folder.
        }
      }
    }
    return kinds;
  }
}
