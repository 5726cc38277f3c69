package dev.cloude.vmm;

import java.util.Map;
import java.util.Optional;

/**
 * What a VM has done so far; also readable after its end.
 *
 * @param exits returns from the guest by reason, only those that occurred
 * @param unclaimedPorts accesses to ports where no device is
 * @param unclaimedAddresses accesses to addresses where neither RAM nor a device is
 * @param consoleBytes bytes written to the serial console
 * @param malformedRequests times the guest's virtio drivers broke a rule
 * @param traffic of the network device, if there is one
 */
public record Counters(
    Map<String, Long> exits,
    long unclaimedPorts,
    long unclaimedAddresses,
    long consoleBytes,
    long malformedRequests,
    Optional<Traffic> traffic) {}
