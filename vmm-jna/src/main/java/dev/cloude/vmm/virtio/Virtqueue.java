package dev.cloude.vmm.virtio;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.VirtioException.Code;

/**
 * The device's side of a split virtqueue (virtio 1.2, section 2.7). Its addresses and size are
 * fixed for life. The indices that the device trusts are its own copies; what it reads from the
 * ring is checked each time. For one thread at a time.
 *
 * <pre>
 * descriptor table  16 bytes each: address u64, length u32, flags u16, next u16
 * available ring    flags u16, idx u16, head u16 × size, used_event u16       (driver writes)
 * used ring         flags u16, idx u16, (id u32, length u32) × size, avail_event u16
 * </pre>
 */
public final class Virtqueue {
  private static final int RING = 4;
  private static final int AVAILABLE_NO_INTERRUPT = 1;
  private static final int USED_NO_NOTIFY = 1;
  private static final int U16 = 0xffff;

  private final GuestMemory memory;
  private final int size;
  private final long table;
  private final long available;
  private final long used;
  private final boolean eventIndex;
  private final Runnable interrupt;

  // All indices run freely modulo 2^16.
  private int nextAvailable;
  private int nextUsed;
  // Value of nextUsed when the driver's wish for an interrupt was last looked at.
  private int signalledUsed;

  /**
   * @param size entries, a power of two up to {@link VirtioDevice#MAX_QUEUE_SIZE}
   * @param table guest address of the descriptor table, multiple of 16
   * @param available guest address of the available ring, multiple of 2
   * @param used guest address of the used ring, multiple of 4
   * @param eventIndex whether {@link VirtioFeature#EVENT_IDX} was negotiated
   * @param interrupt tells the driver that used entries are there
   */
  public Virtqueue(
      GuestMemory memory,
      int size,
      long table,
      long available,
      long used,
      boolean eventIndex,
      Runnable interrupt) {
    if (size < 1 || size > VirtioDevice.MAX_QUEUE_SIZE || Integer.bitCount(size) != 1) {
      throw new VirtioException(
          Code.QUEUE_SIZE,
          String.format(
              "A queue of %d entries is no power of two up to %d.",
              size, VirtioDevice.MAX_QUEUE_SIZE));
    }
    check(memory, "descriptor table", table, 16, tableBytes(size));
    check(memory, "available ring", available, 2, availableBytes(size));
    check(memory, "used ring", used, 4, usedBytes(size));
    this.memory = memory;
    this.size = size;
    this.table = table;
    this.available = available;
    this.used = used;
    this.eventIndex = eventIndex;
    this.interrupt = interrupt;
  }

  public int size() {
    return size;
  }

  /** Where this queue lies in this process, for somebody who serves it in this object's place. */
  public HostRing hostRing() {
    // SAFETY: what the constructor has checked is asked for once more, as one range for each part.
    return new HostRing(
        size,
        memory.hostAddress(table, tableBytes(size)),
        memory.hostAddress(available, availableBytes(size)),
        memory.hostAddress(used, usedBytes(size)));
  }

  /** Chains that the driver has made available and that were not yet popped. */
  public int pending() {
    int pending = (memory.readU16(available + 2) - nextAvailable) & U16;
    if (pending > size) {
      throw new VirtioException(
          Code.AVAILABLE_INDEX,
          String.format("The available index is %d ahead in a ring of %d.", pending, size));
    }
    // What the driver wrote before the index must be read after it.
    GuestMemory.acquireFence();
    return pending;
  }

  /** Takes the next available chain into {@code chain}; false when there is none. */
  public boolean pop(DescriptorChain chain) {
    if (pending() == 0) {
      return false;
    }
    int head = memory.readU16(available + RING + 2L * (nextAvailable & (size - 1)));
    chain.load(memory, table, size, head);
    nextAvailable = (nextAvailable + 1) & U16;
    return true;
  }

  /**
   * Returns a popped chain. The driver sees it after {@link #publish}.
   *
   * @param head from {@link DescriptorChain#head}
   * @param written bytes written to its writable buffers
   */
  public void push(int head, long written) {
    long entry = used + RING + 8L * (nextUsed & (size - 1));
    memory.writeU32(entry, head);
    memory.writeU32(entry + 4, written);
    nextUsed = (nextUsed + 1) & U16;
  }

  /** Makes all pushed chains visible to the driver at once. */
  public void publish() {
    // The entries, and what is in the buffers, before the index.
    GuestMemory.releaseFence();
    memory.writeU16(used + 2, nextUsed);
  }

  /** Interrupts the driver if it wants that for what was published since the last call. */
  public void notifyDriver() {
    // The index before the driver's wish: one of the two sides always sees the other's.
    GuestMemory.fullFence();
    int before = signalledUsed;
    signalledUsed = nextUsed;
    boolean wanted;
    if (eventIndex) {
      int event = memory.readU16(available + RING + 2L * size);
      wanted = ((nextUsed - event - 1) & U16) < ((nextUsed - before) & U16);
    } else {
      wanted = nextUsed != before && (memory.readU16(available) & AVAILABLE_NO_INTERRUPT) == 0;
    }
    if (wanted) {
      interrupt.run();
    }
  }

  /**
   * Asks for a kick at the next available chain.
   *
   * @return whether a chain is there already: then the kick may not come and the caller goes on
   */
  public boolean enableKicks() {
    if (eventIndex) {
      memory.writeU16(used + RING + 8L * size, nextAvailable);
    } else {
      memory.writeU16(used, 0);
    }
    // The wish before the look: one of the two sides always sees the other's.
    GuestMemory.fullFence();
    return pending() > 0;
  }

  /** Tells the driver that kicks are not needed now; they may come all the same. */
  public void disableKicks() {
    // With event indices, the one last given has passed and asks for nothing more.
    if (!eventIndex) {
      memory.writeU16(used, USED_NO_NOTIFY);
    }
  }

  private static long tableBytes(int size) {
    return 16L * size;
  }

  private static long availableBytes(int size) {
    return 6 + 2L * size;
  }

  private static long usedBytes(int size) {
    return 6 + 8L * size;
  }

  private static void check(
      GuestMemory memory, String part, long address, int alignment, long bytes) {
    if ((address & (alignment - 1)) != 0 || !memory.contains(address, bytes)) {
      throw new VirtioException(
          Code.QUEUE_ADDRESS,
          String.format(
              "The %s of %d bytes at 0x%x is not RAM or not aligned to %d.",
              part, bytes, address, alignment));
    }
  }
}
