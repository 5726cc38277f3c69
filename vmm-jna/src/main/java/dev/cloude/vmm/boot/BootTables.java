package dev.cloude.vmm.boot;

import dev.cloude.vmm.kvm.SpecialRegisters;
import dev.cloude.vmm.kvm.SpecialRegisters.Segment;
import dev.cloude.vmm.memory.GuestMemory;

/**
 * Processor tables for the way into the kernel: a flat GDT and page tables that map the first 4 GiB
 * onto themselves in 2 MiB pages.
 */
final class BootTables {
  // A descriptor's bits 40 to 55.
  static final int CODE_64 = 0xa09b;
  static final int CODE_32 = 0xc09b;
  static final int DATA = 0xc093;
  static final int TSS_64 = 0x808b;
  static final int TSS_32 = 0x008b;

  private static final int PRESENT_WRITABLE = 0x03;
  private static final int LARGE_PAGE = 0x80;
  private static final int DIRECTORIES = 4;
  private static final int ENTRIES = 512;
  private static final long LIMIT = 0xfffff;

  private BootTables() {}

  static void writePageTables(GuestMemory memory) {
    memory.writeU64(GuestLayout.PML4, GuestLayout.PDPT | PRESENT_WRITABLE);
    for (int d = 0; d < DIRECTORIES; d++) {
      long directory = GuestLayout.PAGE_DIRECTORIES + d * GuestMemory.PAGE;
      memory.writeU64(GuestLayout.PDPT + d * 8L, directory | PRESENT_WRITABLE);
      for (int e = 0; e < ENTRIES; e++) {
        long page = ((long) d * ENTRIES + e) << 21;
        memory.writeU64(directory + e * 8L, page | LARGE_PAGE | PRESENT_WRITABLE);
      }
    }
  }

  /** Writes the GDT and loads the segment registers to match it. */
  static void writeSegments(
      GuestMemory memory, SpecialRegisters registers, int codeFlags, int tssFlags, long tssLimit) {
    int[] flags = {0, codeFlags, DATA, tssFlags};
    for (int i = 1; i < flags.length; i++) {
      long limit = i == 3 ? tssLimit : LIMIT;
      memory.writeU64(GuestLayout.GDT + i * 8L, descriptor(flags[i], limit));
    }
    memory.writeU64(GuestLayout.IDT, 0);
    registers.gdt(GuestLayout.GDT, flags.length * 8 - 1).idt(GuestLayout.IDT, 7);
    registers.segment(Segment.CS, 8, 0, scaled(LIMIT), codeFlags);
    for (Segment s : new Segment[] {Segment.DS, Segment.ES, Segment.FS, Segment.GS, Segment.SS}) {
      registers.segment(s, 16, 0, scaled(LIMIT), DATA);
    }
    boolean pages = (tssFlags & 0x8000) != 0;
    registers.segment(Segment.TR, 24, 0, pages ? scaled(tssLimit) : tssLimit, tssFlags);
  }

  private static long descriptor(int flags, long limit) {
    return (limit & 0xf0000) << 32 | (limit & 0xffff) | (flags & 0xf0ffL) << 40;
  }

  private static long scaled(long limit) {
    return limit << 12 | 0xfff;
  }
}
