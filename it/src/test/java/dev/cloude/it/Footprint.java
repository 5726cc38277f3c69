package dev.cloude.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the server holds of its host: the things that a job must give back.
 *
 * @param taps TAP devices of guests in this network namespace, and those that wait for a guest
 * @param processes children of the server (VMs of the qemu driver)
 * @param vmThreads threads of the server that belong to a VM, by name
 * @param descriptors open descriptors of the server that a VM or a guest's connection needs
 * @param mappings guest memory and vCPU areas mapped by the server
 */
public record Footprint(
    List<String> taps,
    List<Long> processes,
    List<String> vmThreads,
    Map<String, Long> descriptors,
    long mappings) {

  private static final Pattern TAP = Pattern.compile("cl[0-9a-f]{4}.+");

  /** Named after the execution; Linux keeps 15 characters. */
  private static final Pattern VM_THREAD = Pattern.compile("vm-[0-9a-f]{8}-.*");

  private static final List<String> VM_DESCRIPTORS =
      List.of("/dev/kvm", "anon_inode:kvm", "/dev/net/tun", "anon_inode:[eventfd]", "pipe:");

  static Footprint of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    return new Footprint(
        taps(process),
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::descendants)
            .map(ProcessHandle::pid)
            .sorted()
            .toList(),
        vmThreads(process),
        vmDescriptors(process),
        vmMappings(process));
  }

  /** As equal as another when the same is held, whatever the names of the devices that wait. */
  Footprint withoutTaps() {
    return new Footprint(List.of(), processes, vmThreads, descriptors, mappings);
  }

  /**
   * The guests' TAP devices in a process's network namespace, sorted. Java's own list has only
   * interfaces with addresses, which these have not.
   *
   * @param process its folder in /proc
   */
  public static List<String> taps(Path process) throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("net/dev"))) {
      return lines
          .map(line -> line.split(":")[0].strip())
          .filter(name -> TAP.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  private static List<String> vmThreads(Path process) throws IOException {
    try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
      return tasks
          .map(task -> firstLine(task.resolve("comm")))
          .filter(name -> VM_THREAD.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  private static Map<String, Long> vmDescriptors(Path process) throws IOException {
    try (Stream<Path> all = Files.list(process.resolve("fd"))) {
      return all.map(Footprint::target)
          .flatMap(target -> VM_DESCRIPTORS.stream().filter(target::startsWith))
          .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
    }
  }

  private static long vmMappings(Path process) throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("maps"))) {
      return lines.filter(line -> line.contains("kvm-vcpu")).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException gone) {
      return "";
    }
  }
}
