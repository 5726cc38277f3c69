package dev.cloude.vmm;

import dev.cloude.vmm.boot.BootProtocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a {@link MicroVmConfig} decides how the machine is made and what is loaded into it. VMs
 * of equal shapes differ only in what is given at their start: name, command line, console,
 * deadline, and the TAP device with its address.
 *
 * @param mapInitrd whether the initramfs is mapped instead of read
 * @param network whether there is a network device
 * @param disks images, in their order
 * @param vsock ports of the host that the guest can connect to, if it has a socket device
 */
public record MachineShape(
    Path kernel,
    Optional<Path> initrd,
    boolean mapInitrd,
    BootProtocol bootProtocol,
    long memoryBytes,
    int vcpus,
    boolean network,
    List<Path> disks,
    Optional<Set<Integer>> vsock,
    Limits limits) {}
