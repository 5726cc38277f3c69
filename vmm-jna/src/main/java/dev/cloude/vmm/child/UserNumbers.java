package dev.cloude.vmm.child;

import dev.cloude.vmm.VmmException;
import java.util.BitSet;

/** Users, each lent to one process at a time. Thread-safe. */
final class UserNumbers {
  private final int first;
  private final int count;

  /** Guarded by this. */
  private final BitSet taken = new BitSet();

  UserNumbers(int first, int count) {
    this.first = first;
    this.count = count;
  }

  /**
   * @throws VmmException {@link VmmException.Code#PROCESS} when none is left
   */
  synchronized int take() {
    int free = taken.nextClearBit(0);
    if (free >= count) {
      throw new VmmException(
          VmmException.Code.PROCESS,
          "All " + count + " users for VMs' processes are taken; end some VMs.");
    }
    taken.set(free);
    return first + free;
  }

  synchronized void giveBack(int user) {
    taken.clear(user - first);
  }
}
