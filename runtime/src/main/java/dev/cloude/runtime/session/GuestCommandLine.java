package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.job.GuestAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What every guest's kernel is told, whatever the driver: to say nothing but its last words, to
 * search for no hardware that a VM does not have, to restart at once when it panics, and to its
 * init, the agent, where it is in the network, how it is reached and whom it may ask for names.
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
   * @param guest its place in the network, if it has one
   * @param sockets whether the agent is reached by the guest's sockets, and by nothing else
   * @param nameServers often none
   * @param disk whether the root filesystem is on the first disk
   * @param verbose whether the agent writes its log to the console
   */
  static String of(
      Optional<GuestAddress> guest,
      boolean sockets,
      List<Inet4Address> nameServers,
      boolean disk,
      boolean verbose) {
    return KERNEL
        + guest.map(GuestCommandLine::place).orElse("")
        + (sockets
            ? " cloude.vsock=" + SocketChannel.AGENT_PORT + "," + SocketChannel.READY_PORT
            : " cloude.port=" + AgentClient.PORT)
        + (nameServers.isEmpty() ? "" : " cloude.dns=" + list(nameServers))
        + (disk ? ROOT : "")
        + (verbose ? " cloude.console=1" : "");
  }

  private static String place(GuestAddress guest) {
    return " cloude.ip=%s/%d cloude.gw=%s"
        .formatted(
            guest.address().getHostAddress(),
            guest.prefixLength(),
            guest.gateway().getHostAddress());
  }

  private static String list(List<Inet4Address> addresses) {
    return addresses.stream().map(Inet4Address::getHostAddress).collect(Collectors.joining(","));
  }
}
