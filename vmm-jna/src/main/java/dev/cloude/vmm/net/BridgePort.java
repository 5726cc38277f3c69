package dev.cloude.vmm.net;

import java.net.Inet4Address;

/** A guest's place on the bridge: its TAP device as a port that only it can use. */
public final class BridgePort {
  private BridgePort() {}

  /**
   * Makes a TAP device a port of the bridge and switches it on. The port is isolated from the other
   * guests' ports; the guest's MAC address is entered in the bridge's forwarding table and its IP
   * address in the host's neighbour table, so that nothing is learned, flooded or asked for. All of
   * that is done before the first frame can pass.
   *
   * @throws NetException when bridge or TAP are not there, or the kernel refuses
   */
  public static void attach(
      String bridge, String tap, MacAddress guestMac, Inet4Address guestAddress) {
    try (Links links = new Links()) {
      Neighbours neighbours = new Neighbours(links.socket());
      Link master = Bridge.require(links, bridge);
      Link port = links.require(tap);
      links.join(port, master);
      links.isolate(port);
      neighbours.addForwarding(port, guestMac);
      neighbours.addNeighbour(master, guestAddress, guestMac);
      links.up(port);
    }
  }

  /** Whether a TAP device is a port of the bridge and switched on. */
  public static boolean isAttached(String bridge, String tap) {
    try (Links links = new Links()) {
      int master = links.find(bridge).map(Link::index).orElse(-1);
      return links
          .find(tap)
          .filter(l -> l.kind().equals(Link.TUN) && l.master() == master && l.up())
          .isPresent();
    }
  }

  /**
   * Forgets a guest's IP address; what else is known of it goes with its TAP device. Returns false
   * when there was nothing to forget.
   */
  public static boolean forget(String bridge, Inet4Address guestAddress) {
    try (Links links = new Links()) {
      return links
          .find(bridge)
          .map(master -> new Neighbours(links.socket()).removeNeighbour(master, guestAddress))
          .orElse(false);
    }
  }
}
