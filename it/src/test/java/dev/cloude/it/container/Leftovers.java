package dev.cloude.it.container;

import dev.cloude.it.Footprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What VMs are made of, in this network namespace, whoever made it.
 *
 * @param processes of QEMU
 * @param taps devices of guests
 */
record Leftovers(Set<Long> processes, Set<String> taps) {
  private static final Path SELF = Path.of("/proc/self");
  private static final Path HERE = SELF.resolve("ns/net");

  static Leftovers now() throws IOException {
    return new Leftovers(
        ProcessHandle.allProcesses()
            .filter(process -> process.info().command().orElse("").contains("qemu-system"))
            .map(ProcessHandle::pid)
            .filter(Leftovers::isHere)
            .collect(Collectors.toSet()),
        Set.copyOf(Footprint.taps(SELF)));
  }

  private static boolean isHere(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
          .equals(Files.readSymbolicLink(HERE));
    } catch (IOException gone) {
      return false;
    }
  }

  /** What is here, and was there before. */
  Leftovers of(Leftovers before) {
    return new Leftovers(both(processes, before.processes), both(taps, before.taps));
  }

  private static <T> Set<T> both(Set<T> now, Set<T> before) {
    return now.stream().filter(before::contains).collect(Collectors.toSet());
  }

  int count() {
    return processes.size() + taps.size();
  }

  boolean isEmpty() {
    return count() == 0;
  }
}
