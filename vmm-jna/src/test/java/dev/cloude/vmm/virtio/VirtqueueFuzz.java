package dev.cloude.vmm.virtio;

import dev.cloude.vmm.fuzz.FuzzInput;
import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.fuzz.WriteWatch;
import dev.cloude.vmm.memory.GuestMemory;

/**
 * Fuzz target: a queue of any size anywhere, whose rings hold anything. Only RAM comes out, the
 * used ring alone is written, and no more chains are taken than were offered.
 *
 * <p>Input: order, event index, three addresses, then operations.
 */
public final class VirtqueueFuzz {
  private static final int RAM = 1 << 15;
  private static final int MAX_POPS = 1024;
  private static final GuestMemory MEMORY = GuestMemory.allocate(RAM);
  private static final WriteWatch WATCH = new WriteWatch(MEMORY);

  private final GuestMemory memory;
  private final WriteWatch watch;
  private final DescriptorChain chain = new DescriptorChain();
  private final long available;
  private final Virtqueue queue;
  // The device's own writes may then change what is offered.
  private final boolean overlapping;
  private int interrupts;

  private VirtqueueFuzz(WriteWatch watch, FuzzInput input) {
    this.watch = watch;
    memory = watch.memory();
    int order = input.u8();
    // Also sizes that are none.
    int size = order < 16 ? 1 << order : order;
    boolean eventIndex = input.flag();
    long table = input.address(RAM);
    available = input.address(RAM);
    long used = input.address(RAM);
    queue = new Virtqueue(memory, size, table, available, used, eventIndex, () -> interrupts++);
    watch.allow(used, 6 + 8L * size);
    overlapping = used < available + 6 + 2L * size && available < used + 6 + 8L * size;
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    WATCH.begin();
    try {
      new VirtqueueFuzz(WATCH, input).run(input);
    } catch (VirtioException e) {
      Invariant.holds(e.getMessage().endsWith("."), "errors are sentences", e.getMessage());
    }
  }

  private void run(FuzzInput input) {
    int pops = 0;
    while (input.hasMore() && pops < MAX_POPS) {
      int operation = input.u8();
      if (operation % 8 < 4) {
        poke(input, operation % 8);
      } else {
        watch.remember();
        try {
          pops += serve(operation % 8);
        } finally {
          watch.check();
        }
      }
    }
  }

  private void poke(FuzzInput input, int kind) {
    switch (kind) {
      case 0 -> memory.writeU8(input.u16() % RAM, input.u8());
      case 1 -> memory.writeU16((available + 2) % RAM, input.u16());
      case 2 -> {
        byte[] run = input.bytes(1 + input.u8() % 64);
        memory.write(input.u16() % (RAM - 64), run);
      }
      default -> memory.writeU64(input.u16() % (RAM - 8), input.u64());
    }
  }

  // Returns how many chains were taken.
  private int serve(int kind) {
    switch (kind) {
      case 4 -> queue.enableKicks();
      case 5 -> queue.disableKicks();
      case 6 -> {
        int before = interrupts;
        queue.notifyDriver();
        Invariant.holds(interrupts - before <= 1, "one interrupt at most comes", before);
      }
      default -> {
        return popAll();
      }
    }
    return 0;
  }

  private int popAll() {
    int offered = queue.pending();
    Invariant.holds(offered >= 0 && offered <= queue.size(), "the ring holds them", offered);
    int taken = 0;
    while (queue.pop(chain)) {
      checkChain();
      queue.push(chain.head(), chain.writableBytes());
      // A used ring that lies over the available one offers ever more.
      if (++taken == queue.size()) {
        break;
      }
    }
    Invariant.holds(
        taken == offered || overlapping || taken == queue.size(), "all are taken", taken);
    queue.publish();
    return 1 + taken;
  }

  private void checkChain() {
    Invariant.holds(chain.head() < queue.size(), "a head is in the table", chain.head());
    Invariant.holds(chain.count() <= queue.size(), "chains end", chain.count());
    long readable = 0;
    long writable = 0;
    for (int i = 0; i < chain.count(); i++) {
      long address = chain.guestAddress(i);
      long length = chain.length(i);
      Invariant.holds(length > 0 && memory.contains(address, length), "RAM comes out", address);
      Invariant.holds(
          chain.hostAddress(i) == memory.hostAddress(address, length), "and its place", address);
      if (i < chain.readableCount()) {
        readable += length;
      } else {
        writable += length;
      }
    }
    Invariant.holds(readable == chain.readableBytes(), "lengths are summed", readable);
    Invariant.holds(writable == chain.writableBytes(), "lengths are summed", writable);
  }
}
