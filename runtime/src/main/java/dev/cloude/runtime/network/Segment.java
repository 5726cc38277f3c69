package dev.cloude.runtime.network;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The bridge with its packet filter, and the names of the devices that were made for it. */
final class Segment {
  private final String bridge;
  private final Links links;
  private final PacketFilter filter;
  private final FilterRules rules;

  /** Devices that live now: no guest may get, and then remove, another's. */
  private final Set<String> devices = ConcurrentHashMap.newKeySet();

  Segment(String bridge, Links links, PacketFilter filter, FilterRules rules) {
    this.bridge = bridge;
    this.links = links;
    this.filter = filter;
    this.rules = rules;
  }

  /**
   * Makes a TAP device, and lets who has it use the address.
   *
   * @throws IOException with a clause that says what failed; nothing stays behind then
   */
  TapPort open(String device, GuestAddress address, NetworkPolicy policy) throws IOException {
    if (!devices.add(device)) {
      throw new IOException("another VM of this server has it");
    }
    TapPort port = new TapPort(this, device, address, policy);
    try {
      port.open();
      return port;
    } catch (IOException e) {
      try {
        port.close();
      } catch (IllegalStateException cleanup) {
        e.addSuppressed(cleanup);
      }
      throw e;
    }
  }

  /** Whether a port that was made a while ago is still what it was: nobody else has changed it. */
  boolean holds(TapPort port) {
    try {
      return links.isPort(bridge, port.device()) && filter.has(rules.table());
    } catch (IOException e) {
      return false;
    }
  }

  void admit(TapPort port) throws IOException {
    filter.apply(rules.admit(port.device(), port.mac(), port.address().address(), port.policy()));
  }

  void dismiss(TapPort port) throws IOException {
    filter.apply(rules.dismiss(port.device(), port.mac(), port.address().address(), port.policy()));
  }

  void add(TapPort port) throws IOException {
    links.addPort(bridge, port.device(), port.mac(), port.address().address());
  }

  void remove(TapPort port) throws IOException {
    links.removePort(bridge, port.device(), port.address().address());
  }

  /** The name may be given to another. */
  void forget(TapPort port) {
    devices.remove(port.device());
  }
}
