package dev.cloude.vmm.memory;

import dev.cloude.vmm.libc.LibC;
import java.nio.ByteBuffer;

/**
 * Loads and stores in one region through direct buffers, which check every index once more. A
 * buffer holds at most 2 GiB, so a region is cut into pieces of 1 GiB; an access across a cut is
 * made byte by byte. Callers have checked that the range lies in the region.
 */
final class RegionAccess {
  private static final int SHIFT = 30;
  private static final long PIECE = 1L << SHIFT;

  private final MemoryRegion region;
  private final ByteBuffer[] pieces;

  RegionAccess(MemoryRegion region) {
    this.region = region;
    this.pieces = new ByteBuffer[(int) ((region.size() + PIECE - 1) >>> SHIFT)];
    for (int i = 0; i < pieces.length; i++) {
      long start = (long) i << SHIFT;
      pieces[i] = LibC.view(region.hostAddress() + start, Math.min(PIECE, region.size() - start));
    }
  }

  MemoryRegion region() {
    return region;
  }

  byte getByte(long address) {
    return piece(address).get(index(address));
  }

  short getShort(long address) {
    return whole(address, 2) ? piece(address).getShort(index(address)) : (short) gather(address, 2);
  }

  int getInt(long address) {
    return whole(address, 4) ? piece(address).getInt(index(address)) : (int) gather(address, 4);
  }

  long getLong(long address) {
    return whole(address, 8) ? piece(address).getLong(index(address)) : gather(address, 8);
  }

  void putByte(long address, byte value) {
    piece(address).put(index(address), value);
  }

  void putShort(long address, short value) {
    if (whole(address, 2)) {
      piece(address).putShort(index(address), value);
    } else {
      scatter(address, 2, value);
    }
  }

  void putInt(long address, int value) {
    if (whole(address, 4)) {
      piece(address).putInt(index(address), value);
    } else {
      scatter(address, 4, value);
    }
  }

  void putLong(long address, long value) {
    if (whole(address, 8)) {
      piece(address).putLong(index(address), value);
    } else {
      scatter(address, 8, value);
    }
  }

  void get(long address, byte[] target, int offset, int length) {
    int done = 0;
    while (done < length) {
      int step = step(address + done, length - done);
      piece(address + done).get(index(address + done), target, offset + done, step);
      done += step;
    }
  }

  void put(long address, byte[] source, int offset, int length) {
    int done = 0;
    while (done < length) {
      int step = step(address + done, length - done);
      piece(address + done).put(index(address + done), source, offset + done, step);
      done += step;
    }
  }

  private ByteBuffer piece(long address) {
    return pieces[(int) ((address - region.guestAddress()) >>> SHIFT)];
  }

  private int index(long address) {
    return (int) ((address - region.guestAddress()) & (PIECE - 1));
  }

  private boolean whole(long address, int width) {
    return index(address) <= PIECE - width;
  }

  private int step(long address, int wanted) {
    return (int) Math.min(wanted, PIECE - index(address));
  }

  private long gather(long address, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (getByte(address + i) & 0xffL) << (8 * i);
    }
    return value;
  }

  private void scatter(long address, int width, long value) {
    for (int i = 0; i < width; i++) {
      putByte(address + i, (byte) (value >>> (8 * i)));
    }
  }
}
