package dev.cloude.bench.net;

import dev.cloude.bench.guest.LinuxWords;
import dev.cloude.vmm.net.MacAddress;
import java.net.Inet4Address;
import java.nio.file.Path;

/**
 * What all of them run: the same kernel, image and words, each with an address and a TAP device of
 * its own on one bridge.
 *
 * @param image an initramfs with agent/cmd/net-probe as its init
 */
record NetGuest(Path kernel, Path image, String tap, Inet4Address host, Inet4Address address) {
  static final int MEMORY_MIB = 256;
  static final int PREFIX = 24;

  MacAddress mac() {
    return MacAddress.forAddress(address);
  }

  String commandLine() {
    return LinuxWords.QUIET + " " + LinuxWords.network(address, PREFIX, host);
  }
}
