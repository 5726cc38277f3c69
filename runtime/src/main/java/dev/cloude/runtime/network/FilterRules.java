package dev.cloude.runtime.network;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.NetworkPolicy;
import java.net.Inet4Address;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The packet filter in nftables' language: two tables of our own. Each text is one transaction.
 *
 * <p>In the {@code bridge} table a guest's frames must carry its own hardware and IPv4 address. In
 * the {@code inet} table guests may only answer the host; those whose job has the policy NAT may
 * reach public addresses, on a node that allows it. A drop here is final; what other tables of the
 * host drop stays dropped, too.
 */
final class FilterRules {
  private final NetworkSettings settings;
  private final String table;
  private final String portPrefix;
  private final List<Inet4Address> nameServers;

  /**
   * @param nameServers that guests may ask wherever these are; the others are reached as everything
   *     public is
   */
  FilterRules(NetworkSettings settings, String portPrefix, List<Inet4Address> nameServers) {
    this.settings = settings;
    this.nameServers = nameServers;
    this.table = "cloude_" + settings.bridge();
    this.portPrefix = portPrefix;
  }

  /** The name of both tables. */
  String table() {
    return table;
  }

  /** Makes both tables anew; what they held before is replaced in the same transaction. */
  String tables() {
    return emptied("bridge") + bridgeTable() + emptied("inet") + inetTable();
  }

  /** Lets a guest send from its own addresses, and reach what its policy says. */
  String admit(String device, String mac, Inet4Address address, NetworkPolicy policy) {
    return elements("add", device, mac, address, policy);
  }

  /** Takes back what {@link #admit} gave. */
  String dismiss(String device, String mac, Inet4Address address, NetworkPolicy policy) {
    return elements("delete", device, mac, address, policy);
  }

  private String elements(
      String verb, String device, String mac, Inet4Address address, NetworkPolicy policy) {
    String ip = address.getHostAddress();
    String port =
        "%s element bridge %s guests { \"%s\" . %s . %s }\n"
            .formatted(verb, table, device, mac, ip);
    return policy == NetworkPolicy.NAT
        ? port + "%s element inet %s nat_guests { %s }\n".formatted(verb, table, ip)
        : port;
  }

  /** To delete a table that may be missing, nft wants it made first. */
  private String emptied(String family) {
    return "table %1$s %2$s\ndelete table %1$s %2$s\n".formatted(family, table);
  }

  private String bridgeTable() {
    return """
    table bridge %s {
      set guests {
        type ifname . ether_addr . ipv4_addr
      }
      chain prerouting {
        type filter hook prerouting priority dstnat; policy accept;
        iifname "%s*" jump from_guest
      }
      chain from_guest {
        ether type ip iifname . ether saddr . ip saddr @guests accept
        ether type arp iifname . arp saddr ether . arp saddr ip @guests accept
        counter drop
      }
    }
    """
        .formatted(table, portPrefix);
  }

  private String inetTable() {
    boolean nat = settings.policy() == NetworkPolicy.NAT;
    return """
    table inet %1$s {
      set nat_guests {
        type ipv4_addr
      }
      chain input {
        type filter hook input priority filter - 10; policy accept;
        iifname "%2$s" ct state established,related accept
        iifname "%2$s" counter drop
      }
      chain forward {
        type filter hook forward priority filter - 10; policy accept;
        iifname "%2$s" jump from_guests
        oifname "%2$s" jump to_guests
      }
      chain from_guests {
    %3$s    counter drop
      }
      chain to_guests {
    %4$s    counter drop
      }
    %5$s}
    """
        .formatted(
            table,
            settings.bridge(),
            nat ? fromGuestsWithNat() : "",
            nat ? "    ct state established,related accept\n" : "",
            nat ? masquerade() : "");
  }

  private String fromGuestsWithNat() {
    return """
        meta nfproto ipv6 counter drop
        oifname "%s" counter drop
    %s    ip daddr { %s } counter drop
        ip saddr @nat_guests accept
    """
        .formatted(settings.bridge(), toNameServers(), SpecialAddresses.list());
  }

  private String toNameServers() {
    String special =
        nameServers.stream()
            .filter(SpecialAddresses::contains)
            .map(Inet4Address::getHostAddress)
            .collect(Collectors.joining(", "));
    return special.isEmpty()
        ? ""
        : "    ip saddr @nat_guests ip daddr { %s } meta l4proto { tcp, udp } th dport 53 accept\n"
            .formatted(special);
  }

  private String masquerade() {
    return """
      chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        ip saddr %s oifname != "%s" masquerade
      }
    """
        .formatted(settings.range(), settings.bridge());
  }
}
