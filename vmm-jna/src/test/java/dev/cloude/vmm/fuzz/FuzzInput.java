package dev.cloude.vmm.fuzz;

import java.util.Arrays;

/**
 * A fuzzer's bytes read as a script, from the first on, numbers little-endian. Past the end
 * everything is 0, so that every input means something.
 */
public final class FuzzInput {
  private final byte[] bytes;
  private int position;

  public FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether there is more. */
  public boolean hasMore() {
    return position < bytes.length;
  }

  /** True for one input in {@code many}, and always for the same ones. */
  public boolean oneIn(int many) {
    return Math.floorMod(Arrays.hashCode(bytes), many) == 0;
  }

  public int u8() {
    return hasMore() ? bytes[position++] & 0xff : 0;
  }

  public int u16() {
    return u8() | u8() << 8;
  }

  public long u32() {
    return u16() | (long) u16() << 16;
  }

  public long u64() {
    return u32() | u32() << 32;
  }

  public boolean flag() {
    return (u8() & 1) != 0;
  }

  /** A guest address: mostly in the first {@code size} bytes or a little past them, or any. */
  public long address(long size) {
    int kind = u8();
    return kind < 0xf0 ? u32() % (size + 64) : u64();
  }

  /** A width that a vCPU can access with: 1, 2, 4 or 8 bytes. */
  public int width() {
    return 1 << (u8() & 3);
  }

  /** The next {@code length} bytes, or as many as there are. */
  public byte[] bytes(int length) {
    int end = Math.min(bytes.length, position + length);
    byte[] part = Arrays.copyOfRange(bytes, position, end);
    position = end;
    return part;
  }

  /** All that is left. */
  public byte[] rest() {
    return bytes(bytes.length - position);
  }
}
