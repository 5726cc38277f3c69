package dev.cloude.runtime.network;

import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32;

/** Names and hardware addresses on one bridge. */
final class PortNames {
  private final String prefix;

  /** The bridge's name is part of the prefix, so that two bridges' devices can be told apart. */
  PortNames(String bridge) {
    CRC32 sum = new CRC32();
    sum.update(bridge.getBytes(StandardCharsets.UTF_8));
    prefix = "cl%04x".formatted(sum.getValue() & 0xffff);
  }

  /** Begins every TAP device's name; six characters. */
  String prefix() {
    return prefix;
  }

  /** 14 characters of the 15 that Linux allows. */
  String device(UUID execution) {
    return prefix + execution.toString().substring(0, 8);
  }

  /** Whether a device was made by this server or an earlier life of it. */
  boolean isOurs(String device) {
    return device.startsWith(prefix) && device.substring(prefix.length()).matches("[0-9a-f]{8}");
  }

  /** Locally administered, unicast, and different for every address. */
  static String mac(Inet4Address address) {
    byte[] b = address.getAddress();
    return "02:c1:%02x:%02x:%02x:%02x".formatted(b[0], b[1], b[2], b[3]);
  }
}
