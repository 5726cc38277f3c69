package dev.cloude.vmm.boot;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.util.ArrayList;
import java.util.List;

/**
 * One range of the memory map that the guest is told.
 *
 * @param type {@link #RAM} or {@link #RESERVED}
 */
record E820Entry(long address, long size, int type) {
  static final int RAM = 1;
  static final int RESERVED = 2;

  /** The whole map, ascending: all RAM but the ACPI tables' place below 1 MiB. */
  static List<E820Entry> map(GuestMemory memory) {
    List<E820Entry> map = new ArrayList<>();
    map.add(new E820Entry(0, GuestLayout.CONVENTIONAL_END, RAM));
    map.add(
        new E820Entry(
            GuestLayout.CONVENTIONAL_END,
            GuestLayout.HIGH_MEMORY - GuestLayout.CONVENTIONAL_END,
            RESERVED));
    for (MemoryRegion region : memory.regions()) {
      long start = Math.max(region.guestAddress(), GuestLayout.HIGH_MEMORY);
      map.add(new E820Entry(start, region.end() - start, RAM));
    }
    return map;
  }
}
