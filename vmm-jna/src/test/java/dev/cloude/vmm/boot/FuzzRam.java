package dev.cloude.vmm.boot;

import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import java.util.HashMap;
import java.util.Map;

/**
 * RAM of each size that inputs ask for, mapped once: mapping it anew costs more than loading a
 * small kernel.
 */
final class FuzzRam {
  private static final int MADV_DONTNEED = 4;

  private final Map<Long, GuestMemory> bySize = new HashMap<>();

  /** RAM of {@code bytes} that holds nothing but zeros; what was there before is gone. */
  GuestMemory empty(long bytes) {
    GuestMemory memory = bySize.get(bytes);
    if (memory == null) {
      memory = GuestMemory.allocate(bytes);
      bySize.put(bytes, memory);
    } else {
      for (MemoryRegion region : memory.regions()) {
        LibC.madvise(region.hostAddress(), region.size(), MADV_DONTNEED);
      }
    }
    return memory;
  }
}
