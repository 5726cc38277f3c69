package dev.cloude.vmm;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a VM has done so far; also readable after its end.
 *
 * @param exits returns from the guest by reason, only those that occurred
 * @param unclaimedPorts accesses to ports where no device is
 * @param unclaimedAddresses accesses to addresses where neither RAM nor a device is
 * @param consoleBytes bytes written to the serial console
 * @param consoleDropped those of them that were over the console's limit and are lost
 * @param traffic of the network device, if there is one
 * @param entropy of the entropy device
 * @param disks of each disk, in their order
 * @param sockets of the socket device, if there is one
 */
public record Counters(
    Map<String, Long> exits,
    long unclaimedPorts,
    long unclaimedAddresses,
    long consoleBytes,
    long consoleDropped,
    Optional<Traffic> traffic,
    Entropy entropy,
    List<Disk> disks,
    Optional<Sockets> sockets) {
  public Counters {
    disks = List.copyOf(disks);
  }

  /** Times the guest's virtio drivers broke a rule, all devices together. */
  public long malformedRequests() {
    return traffic.map(Traffic::malformed).orElse(0L)
        + entropy.malformed()
        + disks.stream().mapToLong(Disk::malformed).sum()
        + sockets.map(Sockets::malformed).orElse(0L);
  }
}
