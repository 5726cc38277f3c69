package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.memory.GuestMemory;

/**
 * Bytes waiting in their order, at most as many as it was made for. Takes memory only as it fills.
 * For one thread at a time.
 */
public final class ByteRing {
  private static final int FIRST_BYTES = 4096;

  private final int limit;
  // A power of two in length, or empty.
  private byte[] bytes = {};
  private int start;
  private int size;

  /**
   * @param limit a power of two
   */
  public ByteRing(int limit) {
    this.limit = limit;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** How many more there may be. */
  public int free() {
    return limit - size;
  }

  /** Forgets all and gives the memory back. */
  public void clear() {
    bytes = new byte[0];
    start = 0;
    size = 0;
  }

  /** Makes memory for {@code more} bytes, at most {@link #free}, to be put next. */
  void prepare(int more) {
    if (more > free()) {
      throw new IllegalArgumentException(more + " bytes do not go into a ring with " + free());
    }
    int needed = size + more;
    if (needed > bytes.length) {
      int room = Math.max(FIRST_BYTES, bytes.length);
      while (room < needed) {
        room *= 2;
      }
      byte[] larger = new byte[Math.min(room, limit)];
      int held = size;
      take(larger, 0, held);
      bytes = larger;
      start = 0;
      size = held;
    }
  }

  public void put(byte[] source, int offset, int length) {
    prepare(length);
    int first = Math.min(length, toEnd(end()));
    System.arraycopy(source, offset, bytes, end(), first);
    System.arraycopy(source, offset + first, bytes, 0, length - first);
    size += length;
  }

  /** Puts bytes of guest memory, for which {@link #prepare} has made room. */
  void putFrom(GuestMemory memory, long address, int length) {
    int first = Math.min(length, toEnd(end()));
    memory.read(address, bytes, end(), first);
    if (length > first) {
      memory.read(address + first, bytes, 0, length - first);
    }
    size += length;
  }

  /** Takes the first {@code length} bytes, at most {@link #size}. */
  public void take(byte[] target, int offset, int length) {
    int first = Math.min(length, toEnd(start));
    System.arraycopy(bytes, start, target, offset, first);
    System.arraycopy(bytes, 0, target, offset + first, length - first);
    drop(length);
  }

  /** Takes the first {@code length} bytes, at most {@link #size}, into guest memory. */
  void takeTo(GuestMemory memory, long address, int length) {
    int first = Math.min(length, toEnd(start));
    memory.write(address, bytes, start, first);
    if (length > first) {
      memory.write(address + first, bytes, 0, length - first);
    }
    drop(length);
  }

  private void drop(int length) {
    start = bytes.length == 0 ? 0 : (start + length) & (bytes.length - 1);
    size -= length;
  }

  private int end() {
    return bytes.length == 0 ? 0 : (start + size) & (bytes.length - 1);
  }

  private int toEnd(int index) {
    return bytes.length - index;
  }
}
