package dev.cloude.vmm.libc;

/**
 * Numbers of ioctl requests, computed as {@code asm-generic/ioctl.h} does from direction, size of
 * the argument, the letter of the requests' family and an ordinal.
 */
public final class IoctlNumber {
  private IoctlNumber() {}

  /** A request whose argument is no structure. */
  public static long none(int letter, int ordinal) {
    return number(0, letter, ordinal, 0);
  }

  /** A request that hands over a structure of {@code size} bytes. */
  public static long write(int letter, int ordinal, int size) {
    return number(1, letter, ordinal, size);
  }

  /** A request that fills a structure of {@code size} bytes. */
  public static long read(int letter, int ordinal, int size) {
    return number(2, letter, ordinal, size);
  }

  /** A request that hands over a structure of {@code size} bytes and gets it back changed. */
  public static long readWrite(int letter, int ordinal, int size) {
    return number(3, letter, ordinal, size);
  }

  private static long number(long direction, int letter, int ordinal, int size) {
    return direction << 30 | (long) size << 16 | letter << 8 | ordinal;
  }
}
