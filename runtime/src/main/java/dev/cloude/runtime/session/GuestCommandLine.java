package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.job.GuestAddress;

/**
 * What every guest's kernel is told, whatever the driver: to say nothing but its last words, to
 * search for no hardware that a VM does not have, to restart at once when it panics, and to its
 * init, the agent, where it is in the network.
 */
final class GuestCommandLine {
  private static final String KERNEL =
      "console=ttyS0 quiet loglevel=1 panic=-1 i8042.noaux i8042.nomux i8042.dumbkbd"
          + " cryptomgr.notests random.trust_cpu=on tsc=reliable no_timer_check swiotlb=noforce"
          + " rdinit=/init";

  /** What the kernel calls a guest's first disk. */
  private static final String ROOT = " cloude.root=/dev/vda";

  private GuestCommandLine() {}

  /**
   * @param disk whether the root filesystem is on the first disk
   * @param verbose whether the agent writes its log to the console
   */
  static String of(GuestAddress guest, boolean disk, boolean verbose) {
    return "%s cloude.ip=%s/%d cloude.gw=%s cloude.port=%d%s%s"
        .formatted(
            KERNEL,
            guest.address().getHostAddress(),
            guest.prefixLength(),
            guest.gateway().getHostAddress(),
            AgentClient.PORT,
            disk ? ROOT : "",
            verbose ? " cloude.console=1" : "");
  }
}
