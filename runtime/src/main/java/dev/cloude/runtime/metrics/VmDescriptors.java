package dev.cloude.runtime.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The descriptors of this server by what the kernel says they are. A VM in a thread of the server
 * has one of each kind that is counted here; VMs in processes of their own have none.
 */
final class VmDescriptors {
  private static final Path OPEN = Path.of("/proc/self/fd");

  private static final String TUN = "/dev/net/tun";

  /** The VM, its first processor, its TAP device. */
  private static final Map<String, String> KINDS =
      Map.of("anon_inode:kvm-vm", "vm", "anon_inode:kvm-vcpu:0", "vcpu", TUN, "tap");

  private VmDescriptors() {}

  /** How many there are in all; not a number when nobody knows. */
  static double all() {
    try (Stream<Path> open = Files.list(OPEN)) {
      return open.count();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** How many of each kind there are; those that there is none of are left out. */
  static Map<String, Integer> byKind() {
    try (Stream<Path> open = Files.list(OPEN)) {
      return count(open.map(VmDescriptors::target));
    } catch (IOException e) {
      return Map.of();
    }
  }

  /**
   * @param targets as the links in /proc/self/fd have them
   */
  static Map<String, Integer> count(Stream<String> targets) {
    Map<String, Integer> counts = new TreeMap<>();
    targets
        .map(KINDS::get)
        .filter(kind -> kind != null)
        .forEach(kind -> counts.merge(kind, 1, Integer::sum));
    return counts;
  }

  /**
   * How many there are beyond what VMs need.
   *
   * @param prepared VMs that wait, which have no TAP device yet
   */
  static int beyond(Map<String, Integer> open, int running, int prepared) {
    return open.entrySet().stream()
        .mapToInt(
            kind ->
                kind.getValue() - running - (kind.getKey().equals(KINDS.get(TUN)) ? 0 : prepared))
        .map(count -> Math.max(0, count))
        .sum();
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // Closed meanwhile.
      return "";
    }
  }
}
