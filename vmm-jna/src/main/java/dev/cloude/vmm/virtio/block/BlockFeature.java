package dev.cloude.vmm.virtio.block;

/** Feature bits of the block device (virtio 1.2, section 5.2.3) that are offered. */
final class BlockFeature {
  static final long SIZE_MAX = 1L << 1;
  static final long SEG_MAX = 1L << 2;
  static final long RO = 1L << 5;
  static final long BLK_SIZE = 1L << 6;
  static final long FLUSH = 1L << 9;

  static final long OFFERED = SIZE_MAX | SEG_MAX | RO | BLK_SIZE | FLUSH;

  private BlockFeature() {}
}
