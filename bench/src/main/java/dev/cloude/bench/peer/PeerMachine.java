package dev.cloude.bench.peer;

import dev.cloude.vmm.net.MacAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What QEMU is to run: one processor, an entropy device, a network device.
 *
 * @param disk a read-only disk, if any
 * @param tap a TAP device that nobody else uses
 * @param vhost whether the host's kernel moves the frames
 */
public record PeerMachine(
    Path kernel,
    Path image,
    Optional<Path> disk,
    String commandLine,
    int memoryMib,
    String tap,
    MacAddress mac,
    boolean vhost) {

  List<String> words() {
    return List.of(
        "-M",
        "microvm,acpi=on",
        "-accel",
        "kvm",
        "-cpu",
        "host",
        "-smp",
        "1",
        "-m",
        memoryMib + "M",
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
        "-kernel",
        kernel.toString(),
        "-initrd",
        image.toString(),
        "-append",
        commandLine + " reboot=t",
        "-netdev",
        "tap,id=net,ifname=" + tap + ",script=no,downscript=no,vhost=" + (vhost ? "on" : "off"),
        "-device",
        "virtio-net-device,netdev=net,mac=" + mac,
        "-device",
        "virtio-rng-device");
  }

  List<String> diskWords() {
    return disk.map(
            file ->
                List.of(
                    "-drive",
                    "id=root,if=none,format=raw,readonly=on,file=" + file,
                    "-device",
                    "virtio-blk-device,drive=root"))
        .orElse(List.of());
  }
}
