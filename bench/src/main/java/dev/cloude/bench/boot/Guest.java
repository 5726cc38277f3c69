package dev.cloude.bench.boot;

import dev.cloude.bench.guest.LinuxWords;
import dev.cloude.vmm.net.MacAddress;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What both boot: the same files, words and network.
 *
 * @param name of the kernel and the form of the image, for people
 * @param image an initramfs with the agent as its init
 * @param disk the root file system, where the initramfs only starts it
 * @param tap a TAP device that nobody else uses meanwhile
 */
record Guest(
    String name,
    Path kernel,
    Path image,
    Optional<Path> disk,
    String tap,
    Inet4Address host,
    Inet4Address address) {
  static final int MEMORY_MIB = 512;
  static final int PREFIX = 24;
  static final int PORT = 8080;

  MacAddress mac() {
    return MacAddress.forAddress(address);
  }

  String commandLine() {
    return String.format(
        "%s %s cloude.port=%d%s",
        LinuxWords.QUIET,
        LinuxWords.network(address, PREFIX, host),
        PORT,
        disk.isPresent() ? " cloude.root=/dev/vda" : "");
  }
}
