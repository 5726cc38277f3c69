package dev.cloude.vmm.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An address of the host with the network it stands in.
 *
 * @param address 32 bits, the first byte highest
 * @param prefix leading bits that all addresses of the network share, 0 to 32
 */
record Ipv4Network(int address, int prefix) {
  Ipv4Network {
    if (prefix < 0 || prefix > 32) {
      throw new IllegalArgumentException("A prefix must be 0 to 32, not " + prefix + ".");
    }
  }

  static Ipv4Network of(Inet4Address address, int prefix) {
    return new Ipv4Network(ByteBuffer.wrap(address.getAddress()).getInt(), prefix);
  }

  /** Whether the two have an address in common. */
  boolean overlaps(Ipv4Network other) {
    int bits = Math.min(prefix, other.prefix);
    // A shift by 32 would be one by 0.
    return bits == 0 || (address ^ other.address) >>> (32 - bits) == 0;
  }

  byte[] bytes() {
    return ByteBuffer.allocate(4).putInt(address).array();
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(bytes()).getHostAddress() + "/" + prefix;
    } catch (UnknownHostException e) {
      throw new AssertionError("Four bytes are an address.", e);
    }
  }
}
