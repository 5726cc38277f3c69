package dev.cloude.vmm.boot;

import dev.cloude.vmm.memory.GuestMemory;
import java.util.List;

/** Linux's {@code struct boot_params} (Documentation/arch/x86/zero-page.rst), by offset. */
final class ZeroPage {
  static final int SETUP_HEADER = 0x1f1;
  static final int SETUP_HEADER_END = 0x290;

  private static final int LOADER_UNDEFINED = 0xff;
  private static final long DEFAULT_ALIGNMENT = 0x100_0000;
  private static final int E820_TABLE = 0x2d0;
  private static final int E820_ENTRY = 20;

  private ZeroPage() {}

  /** All of it but {@link #commandLineLength}. */
  static void write(GuestMemory memory, LoadedKernel kernel, Initrd initrd) {
    long at = GuestLayout.ZERO_PAGE;
    if (kernel.setupHeader().length > 0) {
      memory.write(at + SETUP_HEADER, kernel.setupHeader());
    } else {
      memory.writeU16(at + 0x1fe, 0xaa55);
      memory.writeU32(at + 0x202, 0x53726448);
      memory.writeU16(at + 0x206, 0x020c);
      memory.writeU32(at + 0x230, DEFAULT_ALIGNMENT);
    }
    memory.writeU64(at + 0x70, GuestLayout.RSDP);
    memory.writeU8(at + 0x210, LOADER_UNDEFINED);
    memory.writeU32(at + 0x228, GuestLayout.COMMAND_LINE);
    // Low and high halves: the initramfs lies in low RAM, whose addresses have 32 bits.
    memory.writeU32(at + 0x218, initrd.address());
    memory.writeU32(at + 0x21c, initrd.size());
    List<E820Entry> map = E820Entry.map(memory);
    memory.writeU8(at + 0x1e8, map.size());
    long entry = at + E820_TABLE;
    for (E820Entry e : map) {
      memory.writeU64(entry, e.address());
      memory.writeU64(entry + 8, e.size());
      memory.writeU32(entry + 16, e.type());
      entry += E820_ENTRY;
    }
  }

  /** After {@link #write}: the kernel's own header has its limit in this place. */
  static void commandLineLength(GuestMemory memory, int length) {
    memory.writeU32(GuestLayout.ZERO_PAGE + 0x238, length);
  }
}
