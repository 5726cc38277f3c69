package dev.cloude.vmm.fuzz;

import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/** Tells whether a device wrote only where it may: compares all RAM before and after its work. */
public final class WriteWatch {
  private final GuestMemory memory;
  private final BitSet allowed;
  private final byte[] before;
  private final ByteBuffer beforeView;
  private final ByteBuffer ram;

  /**
   * @param memory one small region from address 0 on
   */
  public WriteWatch(GuestMemory memory) {
    this.memory = memory;
    int size = (int) memory.size();
    allowed = new BitSet(size);
    before = new byte[size];
    beforeView = ByteBuffer.wrap(before);
    ram = memory.view(0, size);
  }

  /** The RAM that is watched. */
  public GuestMemory memory() {
    return memory;
  }

  /** Makes all RAM zeros that may not be written: where every input begins. */
  public void begin() {
    Arrays.fill(before, (byte) 0);
    memory.write(0, before);
    forbidAll();
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
    ram.get(0, before);
  }

  /** {@link AssertionError} when a byte has changed that must not have. */
  public void check() {
    int from = 0;
    while (true) {
      int at = ram.position(from).mismatch(beforeView.position(from));
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
