package dev.cloude.runtime.driver;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A VM to start.
 *
 * @param name unique on this host, for messages and for finding the VM's process
 * @param subject what the log says it is about: {@code job 7f3a…}
 * @param kernel bzImage or vmlinux
 * @param initrd the root filesystem, or what starts the one on the disk
 * @param rootDisk a read-only disk with the root filesystem, the guest's first one; only for a
 *     driver that {@linkplain VmDriver#hasDisks() has disks}
 * @param commandLine for the kernel; the driver adds what its machine needs
 * @param memoryMib in MiB
 * @param vcpus processors
 * @param network the guest's interface, if it has one
 * @param hostPorts of the host that the guest may connect to by its socket device, which it has
 *     only with such a port; only for a driver that {@linkplain VmDriver#hasSockets() has sockets}
 * @param logConsole write what the guest prints to the log
 */
public record VmSpec(
    String name,
    String subject,
    Path kernel,
    Path initrd,
    Optional<Path> rootDisk,
    String commandLine,
    int memoryMib,
    int vcpus,
    Optional<NetworkDevice> network,
    List<Integer> hostPorts,
    boolean logConsole) {}
