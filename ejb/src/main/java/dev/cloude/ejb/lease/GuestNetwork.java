package dev.cloude.ejb.lease;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/**
 * The network of all guests: its first address + 1 is the gateway, from + 2 to the one below
 * broadcast they are the guests'. From {@code IP_RANGE} and {@code IP_MASK}.
 */
public final class GuestNetwork {
  private static final String DEFAULT_RANGE = "10.39.1.0";
  private static final String DEFAULT_MASK = "24";
  private static final Pattern DOTTED =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  /** Unsigned 32-bit, in a long so that nothing overflows at 255.255.255.255. */
  private final long base;

  private final int prefixLength;

  private GuestNetwork(long base, int prefixLength) {
    this.base = base;
    this.prefixLength = prefixLength;
  }

  /**
   * Reads the settings, with their defaults 10.39.1.0 and 24.
   *
   * @throws IllegalArgumentException naming the setting, its value and what it may be
   */
  public static GuestNetwork from(Config config) {
    return of(
        config.getOptionalValue("IP_RANGE", String.class).orElse(DEFAULT_RANGE),
        config.getOptionalValue("IP_MASK", String.class).orElse(DEFAULT_MASK));
  }

  static GuestNetwork of(String range, String mask) {
    int prefixLength = prefixLength(mask.strip());
    long base = address(range.strip());
    long start = base & (0xffff_ffffL << (32 - prefixLength));
    if (start != base) {
      throw new IllegalArgumentException(
          "IP_RANGE is %s, which is not the first address of its /%d network; use %s."
              .formatted(range, prefixLength, inet(start).getHostAddress()));
    }
    return new GuestNetwork(base, prefixLength);
  }

  private static int prefixLength(String mask) {
    Optional<Integer> length =
        mask.matches("\\d{1,2}") ? Optional.of(Integer.valueOf(mask)) : Optional.empty();
    return length
        .filter(n -> n >= 1 && n <= 30)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "IP_MASK is \"%s\"; it must be a whole number from 1 to 30.".formatted(mask)));
  }

  private static long address(String text) {
    Matcher matcher = DOTTED.matcher(text);
    long address = 0;
    boolean valid = matcher.matches();
    for (int i = 1; valid && i <= 4; i++) {
      int octet = Integer.parseInt(matcher.group(i));
      valid = octet <= 255;
      address = address << 8 | octet;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "IP_RANGE is \"%s\"; it must be an IPv4 address such as 10.39.1.0.".formatted(text));
    }
    return address;
  }

  private static Inet4Address inet(long address) {
    byte[] octets = {
      (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
    };
    try {
      return (Inet4Address) InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new AssertionError("four octets are an IPv4 address", e);
    }
  }

  /** As in {@code 10.39.1.0/24}. */
  public String name() {
    return inet(base).getHostAddress() + "/" + prefixLength;
  }

  /** The bridge's address. */
  public Inet4Address gateway() {
    return inet(base + 1);
  }

  /** 1 to 30. */
  public int prefixLength() {
    return prefixLength;
  }

  /** All addresses that guests may have, lowest first, computed one by one. */
  public Stream<Inet4Address> guests() {
    long broadcast = base + (1L << (32 - prefixLength)) - 1;
    return LongStream.range(base + 2, broadcast).mapToObj(GuestNetwork::inet);
  }
}
