package dev.cloude.vmm.virtio;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.VirtioException.Code;

/**
 * A private, checked copy of one descriptor chain: the guest may change its table afterwards and
 * changes nothing here. Buffers the device reads come first, those it writes after them. Reused for
 * every chain, so that nothing is allocated.
 */
public final class DescriptorChain {
  private static final int DESCRIPTOR_BYTES = 16;
  private static final int FLAG_NEXT = 1;
  private static final int FLAG_WRITE = 2;
  private static final int FLAG_INDIRECT = 4;
  // Virtio 1.2, section 2.7.4: no chain may be longer than 2^32 bytes in total.
  private static final long MAX_TOTAL = 1L << 32;

  private final long[] guestAddresses = new long[VirtioDevice.MAX_QUEUE_SIZE];
  private final long[] hostAddresses = new long[VirtioDevice.MAX_QUEUE_SIZE];
  private final long[] lengths = new long[VirtioDevice.MAX_QUEUE_SIZE];
  private int head;
  private int count;
  private int readable;
  private long readableBytes;
  private long writableBytes;

  /** Index of the chain's first descriptor: its name when it is returned. */
  public int head() {
    return head;
  }

  /** How many buffers there are, those of no length left out. */
  public int count() {
    return count;
  }

  /** How many of them, from the first on, are for the device to read. */
  public int readableCount() {
    return readable;
  }

  public long readableBytes() {
    return readableBytes;
  }

  public long writableBytes() {
    return writableBytes;
  }

  public long guestAddress(int i) {
    return guestAddresses[i];
  }

  /** Where buffer {@code i} is in this process, valid for {@link #length} bytes. */
  public long hostAddress(int i) {
    return hostAddresses[i];
  }

  public long length(int i) {
    return lengths[i];
  }

  /** Copies and checks the chain that starts at {@code first} in a table of {@code size}. */
  void load(GuestMemory memory, long table, int size, int first) {
    head = first;
    count = 0;
    readable = 0;
    readableBytes = 0;
    writableBytes = 0;
    boolean writing = false;
    int index = first;
    for (int steps = 0; ; steps++) {
      if (index >= size) {
        throw new VirtioException(
            Code.DESCRIPTOR_INDEX,
            String.format("Descriptor %d of chain %d is past the table of %d.", index, head, size));
      }
      if (steps == size) {
        throw new VirtioException(
            Code.DESCRIPTOR_LOOP,
            String.format("Chain %d has more than the table's %d descriptors.", head, size));
      }
      long descriptor = table + (long) index * DESCRIPTOR_BYTES;
      // Each field is read once; only these copies are used.
      long address = memory.readU64(descriptor);
      long length = memory.readU32(descriptor + 8);
      int flags = memory.readU16(descriptor + 12);
      int next = memory.readU16(descriptor + 14);
      boolean write = (flags & FLAG_WRITE) != 0;
      if ((flags & FLAG_INDIRECT) != 0 || (writing && !write)) {
        throw new VirtioException(
            Code.DESCRIPTOR_FLAGS,
            String.format(
                "Descriptor %d of chain %d has flags 0x%x: indirect tables are not offered, and no"
                    + " readable buffer may follow a writable one.",
                index, head, flags));
      }
      writing = write;
      add(memory, address, length, write);
      if ((flags & FLAG_NEXT) == 0) {
        return;
      }
      index = next;
    }
  }

  private void add(GuestMemory memory, long address, long length, boolean write) {
    if (length == 0) {
      return;
    }
    if (!memory.contains(address, length)) {
      throw new VirtioException(
          Code.BUFFER_ADDRESS,
          String.format(
              "Chain %d has a buffer of %d bytes at 0x%x, which is not RAM.",
              head, length, address));
    }
    if (readableBytes + writableBytes + length > MAX_TOTAL) {
      throw new VirtioException(
          Code.BUFFER_SHAPE, String.format("Chain %d is longer than 2^32 bytes.", head));
    }
    guestAddresses[count] = address;
    lengths[count] = length;
    // SAFETY: contains() has shown that the whole buffer is RAM; the mapping outlives the device.
    hostAddresses[count] = memory.hostAddress(address, length);
    count++;
    if (write) {
      writableBytes += length;
    } else {
      readable++;
      readableBytes += length;
    }
  }
}
