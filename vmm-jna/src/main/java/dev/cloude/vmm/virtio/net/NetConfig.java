package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.limit.RateLimit;

/**
 * What a guest's network device is like.
 *
 * @param mac the device's address, 6 bytes, the first sent first
 * @param mtu the largest packet in bytes, 68 to 65535
 * @param receive limit on what the guest receives
 * @param transmit limit on what the guest sends
 */
public record NetConfig(byte[] mac, int mtu, RateLimit receive, RateLimit transmit) {
  /** Ethernet's usual packet size. */
  public static final int DEFAULT_MTU = 1500;

  private static final int MTU_OFFSET = 10;

  /** {@link IllegalArgumentException} for an address that is none or an MTU out of range. */
  public NetConfig {
    mac = mac.clone();
    if (mac.length != 6 || (mac[0] & 1) != 0) {
      throw new IllegalArgumentException(
          "A guest's MAC address must have 6 bytes and not be a group address.");
    }
    if (mtu < 68 || mtu > 65535) {
      throw new IllegalArgumentException("An MTU must be 68 to 65535, not " + mtu + ".");
    }
  }

  /** The usual MTU, no limits. */
  public NetConfig(byte[] mac) {
    this(mac, DEFAULT_MTU, RateLimit.NONE, RateLimit.NONE);
  }

  /** A byte of the configuration space: mac[6], status u16, max_virtqueue_pairs u16, mtu u16. */
  int configByte(int offset) {
    return switch (offset) {
      case 0, 1, 2, 3, 4, 5 -> mac[offset];
      case MTU_OFFSET -> mtu;
      case MTU_OFFSET + 1 -> mtu >>> 8;
      default -> 0;
    };
  }

  /** A copy. */
  @Override
  public byte[] mac() {
    return mac.clone();
  }
}
