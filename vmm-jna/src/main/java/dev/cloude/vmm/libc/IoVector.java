package dev.cloude.vmm.libc;

import java.nio.ByteBuffer;

/** A native array of {@code struct iovec}, filled by index. For one thread. */
public final class IoVector implements AutoCloseable {
  /** The most entries that one call takes (IOV_MAX). */
  public static final int MAX_ENTRIES = 1024;

  private static final int ENTRY_BYTES = 16;

  private final NativeBlock block;
  private final ByteBuffer bytes;

  /** An array of {@code capacity} entries. */
  public IoVector(int capacity) {
    block = new NativeBlock((long) capacity * ENTRY_BYTES);
    bytes = block.bytes();
  }

  /** Sets entry {@code index} to {@code length} bytes at {@code address}. */
  public void set(int index, long address, long length) {
    bytes.putLong(index * ENTRY_BYTES, address);
    bytes.putLong(index * ENTRY_BYTES + 8, length);
  }

  /** Address of the buffer of entry {@code index}. */
  public long base(int index) {
    return bytes.getLong(index * ENTRY_BYTES);
  }

  /** Length of the buffer of entry {@code index}. */
  public long length(int index) {
    return bytes.getLong(index * ENTRY_BYTES + 8);
  }

  /** Moves {@code count} entries from {@code from} down to the start. */
  public void moveToStart(int from, int count) {
    bytes.put(0, bytes, from * ENTRY_BYTES, count * ENTRY_BYTES);
  }

  /** Address of entry {@code index}, for a call. */
  public long address(int index) {
    return block.address() + (long) index * ENTRY_BYTES;
  }

  @Override
  public void close() {
    block.close();
  }
}
