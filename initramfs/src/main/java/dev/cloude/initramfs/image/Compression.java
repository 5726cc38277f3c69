package dev.cloude.initramfs.image;

import java.util.Locale;

/**
 * How an image is packed: an archive, compressed or not, or a compressed file system. The kernel
 * recognizes each by its first bytes.
 */
public enum Compression {
  NONE(".cpio"),
  LZ4(".cpio.lz4"),
  ZSTD(".cpio.zst"),
  GZIP(".cpio.gz"),
  /** A disk; agent and modules are in the start archive. */
  EROFS(".erofs");

  private final String ending;

  Compression(String ending) {
    this.ending = ending;
  }

  /** The image file name's ending. */
  public String ending() {
    return ending;
  }

  /** Whether the guest mounts it; otherwise the kernel unpacks it. */
  public boolean isDisk() {
    return this == EROFS;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
