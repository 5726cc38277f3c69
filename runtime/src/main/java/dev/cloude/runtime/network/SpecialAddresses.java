package dev.cloude.runtime.network;

import dev.cloude.runtime.job.Ipv4Range;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Addresses that mean something on or behind the host's own networks (RFC 6890, and the metadata
 * services of clouds among them): a guest must not go there even through NAT.
 */
final class SpecialAddresses {
  private static final List<String> RANGES =
      List.of(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3");

  private SpecialAddresses() {}

  /** With commas between them, as nftables wants them. */
  static String list() {
    return String.join(", ", RANGES);
  }

  static boolean contains(Inet4Address address) {
    return RANGES.stream().anyMatch(range -> contains(range, address));
  }

  private static boolean contains(String range, Inet4Address address) {
    int slash = range.indexOf('/');
    int ignored = Integer.SIZE - Integer.parseInt(range.substring(slash + 1));
    int network = number(Ipv4Range.parseAddress(range.substring(0, slash)).orElseThrow());
    return number(address) >>> ignored == network >>> ignored;
  }

  private static int number(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }
}
