package dev.cloude.bench.guest;

import java.net.Inet4Address;

/** What the kernel of a measured guest is told. */
public final class LinuxWords {
  /** No console: what a kernel prints costs time, and is not what is measured. */
  public static final String QUIET =
      "quiet loglevel=0 panic=-1 8250.nr_uarts=0 i8042.noaux i8042.nomux i8042.dumbkbd"
          + " cryptomgr.notests random.trust_cpu=on tsc=reliable no_timer_check swiotlb=noforce"
          + " rdinit=/init pci=off";

  private LinuxWords() {}

  /** The guest's address and the host's on the network that they share. */
  public static String network(Inet4Address guest, int prefix, Inet4Address host) {
    return String.format(
        "cloude.ip=%s/%d cloude.gw=%s", guest.getHostAddress(), prefix, host.getHostAddress());
  }
}
