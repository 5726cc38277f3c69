package dev.cloude.vmm.net;

import static dev.cloude.vmm.net.Rtnetlink.*;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.net.NetException.Code;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Addresses on interfaces, and who is behind which address and port. For one thread. */
final class Neighbours {
  /** An address of the host and the interface it is on. */
  record HostAddress(int link, Ipv4Network network) {}

  private final NetlinkSocket socket;

  Neighbours(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** All IPv4 addresses of the host. */
  List<HostAddress> addresses() {
    List<HostAddress> found = new ArrayList<>();
    NetlinkMessage message = new NetlinkMessage(RTM_GETADDR, LIST).addressHeader(AF_INET, 0, 0);
    try {
      socket.query(
          message,
          found::clear,
          payload -> {
            int prefix = payload.get(1) & 0xff;
            int link = payload.getInt(4);
            byte[] local =
                new NetlinkAttributes(payload.position(IFADDRMSG_BYTES)).bytes(IFA_LOCAL);
            if (local.length == 4) {
              int address = ByteBuffer.wrap(local).getInt();
              found.add(new HostAddress(link, new Ipv4Network(address, prefix)));
            }
          });
    } catch (ErrnoException e) {
      throw NetException.refused("list the host's addresses", e);
    }
    return found;
  }

  /** Gives an interface an address; one that it has already is no error. */
  void addAddress(Link link, Ipv4Network network) {
    NetlinkMessage message =
        new NetlinkMessage(RTM_NEWADDR, CREATE_NEW)
            .addressHeader(AF_INET, network.prefix(), link.index())
            .attribute(IFA_LOCAL, network.bytes())
            .attribute(IFA_ADDRESS, network.bytes());
    try {
      socket.request(message);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST) {
        throw NetException.refused("give " + link.name() + " the address " + network, e);
      }
    }
  }

  /** Enters {@code mac} in the bridge's forwarding table as being behind {@code port}, for good. */
  void addForwarding(Link port, MacAddress mac) {
    change(
        "forward " + mac + " to the bridge port " + port.name(),
        new NetlinkMessage(RTM_NEWNEIGH, CREATE_OR_REPLACE)
            .neighbourHeader(AF_BRIDGE, port.index(), NUD_NOARP | NUD_REACHABLE, NTF_MASTER)
            .attribute(NDA_LLADDR, mac.bytes()));
  }

  /** Says that {@code address} is {@code mac} on {@code bridge}, so that nobody need be asked. */
  void addNeighbour(Link bridge, Inet4Address address, MacAddress mac) {
    change(
        "tell " + bridge.name() + " who has " + address.getHostAddress(),
        new NetlinkMessage(RTM_NEWNEIGH, CREATE_OR_REPLACE)
            .neighbourHeader(AF_INET, bridge.index(), NUD_PERMANENT, 0)
            .attribute(NDA_DST, address.getAddress())
            .attribute(NDA_LLADDR, mac.bytes()));
  }

  /** Forgets who has {@code address}; false when that was not known. */
  boolean removeNeighbour(Link bridge, Inet4Address address) {
    try {
      change(
          "make " + bridge.name() + " forget who has " + address.getHostAddress(),
          new NetlinkMessage(RTM_DELNEIGH, ASK)
              .neighbourHeader(AF_INET, bridge.index(), 0, 0)
              .attribute(NDA_DST, address.getAddress()));
      return true;
    } catch (NetException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  private void change(String doing, NetlinkMessage message) {
    try {
      socket.request(message);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENODEV) {
        throw new NetException(
            Code.NO_SUCH_INTERFACE, e.errno(), "Could not " + doing + ": the interface has gone.");
      }
      throw NetException.refused(doing, e);
    }
  }
}
