package dev.cloude.vmm.virtio;

import dev.cloude.vmm.memory.GuestMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A model of a driver's side of one split queue, written straight into guest memory. */
public final class DriverQueue {
  private static final int U16 = 0xffff;

  /** A buffer of a chain; {@code write} for those that the device writes. */
  public record Buffer(long address, long length, boolean write) {}

  /** A chain that the device has returned. */
  public record Used(int head, long length) {}

  private final GuestMemory memory;
  private final int size;
  private final boolean eventIndex;
  private final long table;
  private final long available;
  private final long used;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final int[] chainLength;
  private int availableIndex;
  private int kickedIndex;
  private int usedIndex;

  /** Lays the queue out from {@code base} on, in at most 8 KiB. */
  public DriverQueue(GuestMemory memory, long base, int size, boolean eventIndex) {
    this.memory = memory;
    this.size = size;
    this.eventIndex = eventIndex;
    table = base;
    available = base + 0x1000;
    used = base + 0x1400;
    chainLength = new int[size];
    for (int i = 0; i < size; i++) {
      free.add(i);
    }
    memory.write(base, new byte[0x2000]);
  }

  public long table() {
    return table;
  }

  public long available() {
    return available;
  }

  public long used() {
    return used;
  }

  public int size() {
    return size;
  }

  public int freeDescriptors() {
    return free.size();
  }

  /** Posts a chain; returns its head. */
  public int post(Buffer... buffers) {
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < buffers.length; i++) {
      taken.add(free.remove());
    }
    for (int i = 0; i < buffers.length; i++) {
      boolean last = i == buffers.length - 1;
      int flags = (last ? 0 : 1) | (buffers[i].write() ? 2 : 0);
      describe(taken.get(i), buffers[i], flags, last ? 0 : taken.get(i + 1));
    }
    chainLength[taken.get(0)] = buffers.length;
    offer(taken.get(0));
    return taken.get(0);
  }

  /** Writes one descriptor as it is given. */
  public void describe(int index, Buffer buffer, int flags, int next) {
    long at = table + 16L * index;
    memory.writeU64(at, buffer.address());
    memory.writeU32(at + 8, buffer.length());
    memory.writeU16(at + 12, flags);
    memory.writeU16(at + 14, next);
  }

  /** Puts {@code head} into the available ring, whatever it is. */
  public void offer(int head) {
    memory.writeU16(available + 4 + 2L * (availableIndex & (size - 1)), head);
    GuestMemory.releaseFence();
    moveAvailableIndex(1);
  }

  public void moveAvailableIndex(int by) {
    availableIndex = (availableIndex + by) & U16;
    memory.writeU16(available + 2, availableIndex);
  }

  /** Whether the device wants a kick for what was posted since this was last asked. */
  public boolean kickWanted() {
    GuestMemory.fullFence();
    int before = kickedIndex;
    kickedIndex = availableIndex;
    if (eventIndex) {
      int event = memory.readU16(used + 4 + 8L * size);
      return ((availableIndex - event - 1) & U16) < ((availableIndex - before) & U16);
    }
    return availableIndex != before && (memory.readU16(used) & 1) == 0;
  }

  /** Asks to be interrupted when the device has returned {@code more} chains beyond those taken. */
  public void wantInterruptAfter(int more) {
    memory.writeU16(available + 4 + 2L * size, (usedIndex + more - 1) & U16);
    GuestMemory.fullFence();
  }

  /** Asks for no interrupts, or for all, where event indices are not in use. */
  public void wantInterrupts(boolean wanted) {
    memory.writeU16(available, wanted ? 0 : 1);
  }

  /** Takes the next returned chain, if there is one. */
  public Optional<Used> take() {
    if (memory.readU16(used + 2) == usedIndex) {
      return Optional.empty();
    }
    GuestMemory.acquireFence();
    long entry = used + 4 + 8L * (usedIndex & (size - 1));
    Used taken = new Used((int) memory.readU32(entry), memory.readU32(entry + 4));
    usedIndex = (usedIndex + 1) & U16;
    int index = taken.head();
    for (int i = 0; i < chainLength[taken.head()]; i++) {
      free.add(index);
      index = memory.readU16(table + 16L * index + 14);
    }
    return Optional.of(taken);
  }
}
