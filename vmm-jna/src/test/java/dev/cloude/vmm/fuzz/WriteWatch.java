package dev.cloude.vmm.fuzz;

import dev.cloude.vmm.memory.GuestMemory;
import java.util.Arrays;
import java.util.BitSet;

/** Tells whether a device wrote only where it may: compares all RAM before and after its work. */
public final class WriteWatch {
  private final GuestMemory memory;
  private final BitSet allowed;
  private final byte[] before;
  private final byte[] after;

  /**
   * @param memory one small region from address 0 on
   */
  public WriteWatch(GuestMemory memory) {
    this.memory = memory;
    int size = (int) memory.size();
    allowed = new BitSet(size);
    before = new byte[size];
    after = new byte[size];
  }

  /** Nothing may be written from now on. */
  public void forbidAll() {
    allowed.clear();
  }

  /** Lets the part of [address, address + length) that is RAM be written. */
  public void allow(long address, long length) {
    if (address >= 0 && address < before.length) {
      allowed.set((int) address, (int) Math.min(before.length, address + length));
    }
  }

  /** Takes note of all RAM. */
  public void remember() {
    memory.read(0, before, 0, before.length);
  }

  /** {@link AssertionError} when a byte has changed that must not have. */
  public void check() {
    memory.read(0, after, 0, after.length);
    int from = 0;
    while (true) {
      int at = Arrays.mismatch(before, from, before.length, after, from, after.length);
      if (at < 0) {
        return;
      }
      from += at;
      if (!allowed.get(from)) {
        throw new AssertionError(
            String.format("The device wrote to 0x%x, which it may not.", from));
      }
      from = allowed.nextClearBit(from);
      if (from >= before.length) {
        return;
      }
    }
  }
}
