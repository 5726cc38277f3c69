package dev.cloude.vmm.net;

import java.net.Inet4Address;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** An Ethernet address of a single station. */
public final class MacAddress {
  private static final int BYTES = 6;
  private static final HexFormat FORMAT = HexFormat.ofDelimiter(":");

  private final byte[] bytes;

  private MacAddress(byte[] bytes) {
    if (bytes.length != BYTES || (bytes[0] & 1) != 0) {
      throw new IllegalArgumentException(
          "Not the address of one station: "
              + FORMAT.formatHex(bytes)
              + ". Give six bytes, the first of them even.");
    }
    this.bytes = bytes;
  }

  /** Copies six bytes, the first sent first. */
  public static MacAddress of(byte[] bytes) {
    return new MacAddress(bytes.clone());
  }

  /** Reads {@code 02:c1:0a:00:00:02}, in either case. */
  public static MacAddress parse(String text) {
    try {
      return new MacAddress(FORMAT.parseHex(text.toLowerCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Not a MAC address: " + text + ". Write it like 02:c1:0a:00:00:02.", e);
    }
  }

  /** The address that goes with an IP address here: 02:c1, locally administered, and its bytes. */
  public static MacAddress forAddress(Inet4Address address) {
    byte[] ip = address.getAddress();
    return new MacAddress(new byte[] {0x02, (byte) 0xc1, ip[0], ip[1], ip[2], ip[3]});
  }

  /** A copy of the six bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MacAddress mac && Arrays.equals(bytes, mac.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return FORMAT.formatHex(bytes);
  }
}
