package dev.cloude.vmm.boot;

import dev.cloude.vmm.memory.GuestMemory;
import java.util.List;

/**
 * Xen's {@code struct hvm_start_info} (xen/include/public/arch-x86/hvm/start_info.h), version 1.
 */
final class PvhStartInfo {
  private static final long MAGIC = 0x336e_c578;

  private PvhStartInfo() {}

  static void write(GuestMemory memory, Initrd initrd) {
    long at = GuestLayout.PVH_START_INFO;
    boolean module = initrd.size() > 0;
    List<E820Entry> map = E820Entry.map(memory);
    memory.writeU32(at, MAGIC);
    memory.writeU32(at + 4, 1);
    memory.writeU32(at + 12, module ? 1 : 0);
    memory.writeU64(at + 16, module ? GuestLayout.PVH_MODULES : 0);
    memory.writeU64(at + 24, GuestLayout.COMMAND_LINE);
    memory.writeU64(at + 32, GuestLayout.RSDP);
    memory.writeU64(at + 40, GuestLayout.PVH_MEMORY_MAP);
    memory.writeU32(at + 48, map.size());
    if (module) {
      memory.writeU64(GuestLayout.PVH_MODULES, initrd.address());
      memory.writeU64(GuestLayout.PVH_MODULES + 8, initrd.size());
    }
    long entry = GuestLayout.PVH_MEMORY_MAP;
    for (E820Entry e : map) {
      memory.writeU64(entry, e.address());
      memory.writeU64(entry + 8, e.size());
      memory.writeU32(entry + 16, e.type());
      entry += 24;
    }
  }
}
