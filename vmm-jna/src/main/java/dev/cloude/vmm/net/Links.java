package dev.cloude.vmm.net;

import static dev.cloude.vmm.net.Rtnetlink.*;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.net.NetException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The host's interfaces, in the network namespace of the calling thread. For one thread. */
final class Links implements AutoCloseable {
  // IFNAMSIZ with the zero byte that ends it.
  private static final int MAX_NAME_BYTES = 15;
  private static final int EAFNOSUPPORT = 97;

  private final NetlinkSocket socket;

  Links() {
    try {
      socket = NetlinkSocket.route();
    } catch (ErrnoException e) {
      throw NetException.refused("talk to the kernel about network interfaces", e);
    }
  }

  NetlinkSocket socket() {
    return socket;
  }

  /** Checks that {@code name} can be an interface's name and returns it. */
  static String checkName(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_NAME_BYTES || !name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException(
          String.format(
              "\"%s\" cannot be an interface's name; give 1 to %d letters, digits or any of _.-",
              name, MAX_NAME_BYTES));
    }
    return name;
  }

  Optional<Link> find(String name) {
    NetlinkMessage message =
        new NetlinkMessage(RTM_GETLINK, ASK)
            .linkHeader(AF_UNSPEC, 0, 0, 0)
            .attribute(IFLA_IFNAME, checkName(name));
    List<Link> found = new ArrayList<>(1);
    try {
      socket.query(message, found::clear, payload -> found.add(parse(payload)));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENODEV) {
        return Optional.empty();
      }
      throw NetException.refused("look up the interface " + name, e);
    }
    return found.stream().findFirst();
  }

  Link require(String name) {
    return find(name).orElseThrow(() -> missing(name));
  }

  static NetException missing(String name) {
    return new NetException(
        Code.NO_SUCH_INTERFACE, "There is no interface " + name + " in this network namespace.");
  }

  List<Link> list() {
    List<Link> links = new ArrayList<>();
    NetlinkMessage message = new NetlinkMessage(RTM_GETLINK, LIST).linkHeader(AF_UNSPEC, 0, 0, 0);
    try {
      socket.query(message, links::clear, payload -> links.add(parse(payload)));
    } catch (ErrnoException e) {
      throw NetException.refused("list the network interfaces", e);
    }
    return links;
  }

  /** Makes a bridge with a fixed address; false when the name exists already. */
  boolean createBridge(String name, MacAddress mac) {
    NetlinkMessage message =
        new NetlinkMessage(RTM_NEWLINK, CREATE_NEW)
            .linkHeader(AF_UNSPEC, 0, 0, 0)
            .attribute(IFLA_IFNAME, checkName(name))
            // Without one the bridge takes a port's, and changes it as guests come and go.
            .attribute(IFLA_ADDRESS, mac.bytes())
            .begin(IFLA_LINKINFO)
            .attribute(IFLA_INFO_KIND, Link.BRIDGE)
            .end();
    try {
      socket.request(message);
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EEXIST) {
        return false;
      }
      throw NetException.refused("create the bridge " + name, e);
    }
  }

  /** Switches an interface on, without an IPv6 address of its own making. */
  void up(Link link) {
    silence(link);
    change(link, "switch on " + link.name(), header(link, IFF_UP, IFF_UP));
  }

  /** Makes {@code port} a port of {@code bridge}. */
  void join(Link port, Link bridge) {
    change(
        port,
        "make " + port.name() + " a port of " + bridge.name(),
        header(port, 0, 0).attributeU32(IFLA_MASTER, bridge.index()));
  }

  /**
   * Closes a port to all but its own guest: no frames from or to other isolated ports, none from
   * addresses that are not in the forwarding table (Linux 5.18 and later), nothing learned, nothing
   * flooded.
   */
  void isolate(Link port) {
    change(
        port,
        "isolate the bridge port " + port.name(),
        header(port, 0, 0)
            .begin(IFLA_LINKINFO)
            .attribute(IFLA_INFO_SLAVE_KIND, Link.BRIDGE)
            .begin(IFLA_INFO_SLAVE_DATA)
            .attributeU8(IFLA_BRPORT_ISOLATED, 1)
            .attributeU8(IFLA_BRPORT_LEARNING, 0)
            .attributeU8(IFLA_BRPORT_UNICAST_FLOOD, 0)
            .attributeU8(IFLA_BRPORT_LOCKED, 1)
            .end()
            .end());
  }

  /** Removes an interface; false when there is none of that name. */
  boolean delete(String name) {
    Optional<Link> link = find(name);
    if (link.isEmpty()) {
      return false;
    }
    NetlinkMessage message =
        new NetlinkMessage(RTM_DELLINK, ASK).linkHeader(AF_UNSPEC, link.get().index(), 0, 0);
    try {
      socket.request(message);
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENODEV) {
        return false;
      }
      throw NetException.refused("remove the interface " + name, e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  private static NetlinkMessage header(Link link, int flags, int mask) {
    return new NetlinkMessage(RTM_NEWLINK, ASK).linkHeader(AF_UNSPEC, link.index(), flags, mask);
  }

  private void change(Link link, String doing, NetlinkMessage message) {
    try {
      socket.request(message);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENODEV) {
        throw new NetException(
            Code.NO_SUCH_INTERFACE,
            e.errno(),
            "Could not " + doing + ": the interface " + link.name() + " has gone.");
      }
      throw NetException.refused(doing, e);
    }
  }

  // An address of the host on a guest's wire would be one more way to reach the host, and the
  // traffic that makes it would wake guests.
  private void silence(Link link) {
    NetlinkMessage message =
        header(link, 0, 0)
            .begin(IFLA_AF_SPEC)
            .begin(AF_INET6)
            .attributeU8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)
            .end()
            .end();
    try {
      socket.request(message);
    } catch (ErrnoException e) {
      // A host without IPv6 needs no silence.
      if (e.errno() != EAFNOSUPPORT && e.errno() != Errno.EOPNOTSUPP) {
        throw NetException.refused("keep IPv6 off " + link.name(), e);
      }
    }
  }

  // struct ifinfomsg, then attributes.
  private static Link parse(ByteBuffer payload) {
    ByteBuffer message = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int index = message.getInt(4);
    boolean up = (message.getInt(8) & IFF_UP) != 0;
    NetlinkAttributes attributes = new NetlinkAttributes(message.position(IFINFOMSG_BYTES));
    return new Link(
        index,
        attributes.text(IFLA_IFNAME),
        attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND),
        attributes.u32(IFLA_MASTER),
        up);
  }
}
