package dev.cloude.vmm.virtio.net;

/** Feature bits of the network device (virtio 1.2, section 5.1.3), as masks. */
final class NetFeature {
  /** The device takes frames whose checksum is still to be made. */
  static final long CSUM = 1L << 0;

  /** The driver takes frames whose checksum is still to be made. */
  static final long GUEST_CSUM = 1L << 1;

  /** The configuration has the largest packet. */
  static final long MTU = 1L << 3;

  /** The configuration has the device's address. */
  static final long MAC = 1L << 5;

  /** The driver takes TCP over IPv4 in segments larger than a frame. */
  static final long GUEST_TSO4 = 1L << 7;

  static final long GUEST_TSO6 = 1L << 8;

  /** The device takes TCP over IPv4 in segments larger than a frame. */
  static final long HOST_TSO4 = 1L << 11;

  static final long HOST_TSO6 = 1L << 12;

  /** A received frame may span several chains. */
  static final long MRG_RXBUF = 1L << 15;

  /** Everything that the device offers. */
  static final long OFFERED =
      CSUM | GUEST_CSUM | MTU | MAC | GUEST_TSO4 | GUEST_TSO6 | HOST_TSO4 | HOST_TSO6 | MRG_RXBUF;

  /** Says to the channel what a driver with these features takes. */
  static void applyTo(FrameChannel channel, long features) {
    channel.offload(
        (features & GUEST_CSUM) != 0, (features & GUEST_TSO4) != 0, (features & GUEST_TSO6) != 0);
  }

  private NetFeature() {}
}
