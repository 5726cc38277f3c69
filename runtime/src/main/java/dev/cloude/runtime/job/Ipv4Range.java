package dev.cloude.runtime.job;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * An IPv4 network for guests: the first address after the network's own is the bridge's, the ones
 * from there up to the one below the broadcast address are guests'. Addresses are kept as numbers
 * from 0 to 2³² - 1, so that nothing overflows at the edges.
 *
 * @param network the network's own address, its host bits zero
 * @param prefixLength 1 to 30
 */
public record Ipv4Range(long network, int prefixLength) {
  public static final int MIN_PREFIX = 1;

  /** A /31 has no room for a bridge, a guest and a broadcast address. */
  public static final int MAX_PREFIX = 30;

  private static final Pattern DOTTED =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  /** The network's own address and the bridge's. */
  private static final int BEFORE_GUESTS = 2;

  public Ipv4Range {
    if (prefixLength < MIN_PREFIX || prefixLength > MAX_PREFIX) {
      throw new IllegalArgumentException("a prefix length of " + prefixLength + " is not 1 to 30");
    }
    if (network < 0 || network > 0xffff_ffffL || network % size(prefixLength) != 0) {
      throw new IllegalArgumentException(
          "0x%x is not the address of a /%d network".formatted(network, prefixLength));
    }
  }

  /** The network that an address is in. */
  public static Ipv4Range around(Inet4Address address, int prefixLength) {
    long number = number(address);
    return new Ipv4Range(number - number % size(prefixLength), prefixLength);
  }

  /** Reads four decimal numbers with dots. Never asks a name service. */
  public static Optional<Inet4Address> parseAddress(String text) {
    Matcher dotted = DOTTED.matcher(text);
    if (!dotted.matches()) {
      return Optional.empty();
    }
    long number = 0;
    for (int i = 1; i <= 4; i++) {
      int part = Integer.parseInt(dotted.group(i));
      if (part > 255) {
        return Optional.empty();
      }
      number = number << 8 | part;
    }
    return Optional.of(address(number));
  }

  public Inet4Address networkAddress() {
    return address(network);
  }

  /** The bridge's address, every guest's gateway. */
  public Inet4Address gateway() {
    return address(network + 1);
  }

  public Inet4Address broadcast() {
    return address(network + size(prefixLength) - 1);
  }

  /** How many guests have room, at least one. */
  public long guests() {
    return size(prefixLength) - BEFORE_GUESTS - 1;
  }

  /**
   * A guest's address by number.
   *
   * @param index from 0 to {@link #guests} - 1
   * @throws IndexOutOfBoundsException when there is no such guest
   */
  public GuestAddress guest(long index) {
    if (index < 0 || index >= guests()) {
      throw new IndexOutOfBoundsException(
          "guest %d is not in %s, which has room for %d".formatted(index, this, guests()));
    }
    return new GuestAddress(address(network + BEFORE_GUESTS + index), gateway(), prefixLength);
  }

  /**
   * The address of a guest whose address is free; empty when none is. Chosen at random, so that an
   * address rests before it is used again.
   */
  public Optional<GuestAddress> anyGuest(Predicate<Inet4Address> free) {
    long start = ThreadLocalRandom.current().nextLong(guests());
    return LongStream.range(0, guests())
        .mapToObj(i -> guest((start + i) % guests()))
        .filter(guest -> free.test(guest.address()))
        .findFirst();
  }

  /** Whether an address is one of this network's, its own and its broadcast address among them. */
  public boolean contains(Inet4Address address) {
    long index = number(address) - network;
    return index >= 0 && index < size(prefixLength);
  }

  /** The number of a guest's address; empty when it is not one of this range's guests. */
  public Optional<Long> indexOf(Inet4Address guest) {
    long index = number(guest) - network - BEFORE_GUESTS;
    return index >= 0 && index < guests() ? Optional.of(index) : Optional.empty();
  }

  /** As in {@code 10.39.1.0/24}. */
  @Override
  public String toString() {
    return networkAddress().getHostAddress() + "/" + prefixLength;
  }

  private static long size(int prefixLength) {
    return 1L << (32 - prefixLength);
  }

  private static long number(Inet4Address address) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(address.getAddress()).getInt());
  }

  private static Inet4Address address(long number) {
    byte[] bytes = ByteBuffer.allocate(4).putInt((int) number).array();
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an IPv4 address", e);
    }
  }
}
