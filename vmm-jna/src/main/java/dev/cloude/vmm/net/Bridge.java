package dev.cloude.vmm.net;

import dev.cloude.vmm.net.Neighbours.HostAddress;
import dev.cloude.vmm.net.NetException.Code;
import java.net.Inet4Address;
import java.util.List;

/** The bridge that all guests of this host are attached to; its address is their gateway. */
public final class Bridge {
  private Bridge() {}

  /**
   * Sees to it that the bridge exists, has the address and is up. Changes nothing where that is so;
   * safe to be called by several processes at once.
   *
   * @param name at most 15 bytes
   * @param address the gateway of all guests
   * @param prefix length of the guests' network, 1 to 32
   * @throws NetException {@link Code#NAME_TAKEN} when the name is that of something else, {@link
   *     Code#ADDRESS_CLASH} when the network overlaps one of the host's
   */
  public static void ensure(String name, Inet4Address address, int prefix) {
    Ipv4Network wanted = Ipv4Network.of(address, prefix);
    try (Links links = new Links()) {
      Neighbours neighbours = new Neighbours(links.socket());
      // Before anything is made, so that a refusal leaves nothing behind.
      checkClash(name, wanted, links, neighbours);
      if (links.find(name).isEmpty()) {
        // Another process may be faster: then it is there all the same.
        links.createBridge(name, MacAddress.forAddress(address));
      }
      Link bridge = require(links, name);
      neighbours.addAddress(bridge, wanted);
      if (!bridge.up()) {
        links.up(bridge);
      }
    }
  }

  /** Whether the bridge exists and is up. */
  public static boolean isUp(String name) {
    try (Links links = new Links()) {
      return links.find(name).filter(l -> l.kind().equals(Link.BRIDGE) && l.up()).isPresent();
    }
  }

  /** Removes the bridge; false when there is none. Its ports remain, as ports of nothing. */
  public static boolean delete(String name) {
    try (Links links = new Links()) {
      if (links.find(name).isEmpty()) {
        return false;
      }
      require(links, name);
      return links.delete(name);
    }
  }

  /**
   * Names of the TAP devices that are ports of the bridge and begin with {@code prefix}: what a
   * crash has left behind. None when there is no such bridge.
   */
  public static List<String> taps(String name, String prefix) {
    try (Links links = new Links()) {
      int bridge = links.find(name).map(Link::index).orElse(-1);
      return links.list().stream()
          .filter(l -> l.master() == bridge && l.kind().equals(Link.TUN))
          .map(Link::name)
          .filter(n -> n.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  static Link require(Links links, String name) {
    Link bridge = links.require(name);
    if (!bridge.kind().equals(Link.BRIDGE)) {
      throw new NetException(
          Code.NAME_TAKEN,
          String.format(
              "The interface %s exists and is no bridge%s; choose another name for the bridge.",
              name, bridge.kind().isEmpty() ? "" : " but of kind " + bridge.kind()));
    }
    return bridge;
  }

  private static void checkClash(
      String name, Ipv4Network wanted, Links links, Neighbours neighbours) {
    List<HostAddress> addresses = neighbours.addresses();
    // Listed second, so that whoever made the bridge meanwhile is seen as its owner.
    List<Link> all = links.list();
    for (HostAddress other : addresses) {
      Link owner = all.stream().filter(l -> l.index() == other.link()).findFirst().orElse(null);
      if (owner == null || !other.network().overlaps(wanted)) {
        continue;
      }
      if (!owner.name().equals(name) || !other.network().equals(wanted)) {
        throw new NetException(
            Code.ADDRESS_CLASH,
            String.format(
                "The bridge %s cannot have the address %s: %s has %s already. Choose a network that"
                    + " the host does not use.",
                name, wanted, owner.name(), other.network()));
      }
    }
  }
}
