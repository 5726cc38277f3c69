package dev.cloude.vmm.memory;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.LibC;

/** Anonymous memory whose address is a multiple of 2 MiB, so that huge pages can back it. */
final class AlignedMapping {
  private static final long ALIGNMENT = 2 << 20;

  private AlignedMapping() {}

  /** Maps {@code length} bytes (whole pages), not reserved in swap, kept out of core dumps. */
  static long map(long length) {
    long around =
        LibC.mmap(
            length + ALIGNMENT,
            LibC.PROT_READ | LibC.PROT_WRITE,
            LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS | LibC.MAP_NORESERVE,
            -1,
            0);
    long address = (around + ALIGNMENT - 1) & -ALIGNMENT;
    long before = address - around;
    if (before > 0) {
      LibC.munmap(around, before);
    }
    LibC.munmap(address + length, ALIGNMENT - before);
    try {
      LibC.madvise(address, length, LibC.MADV_DONTDUMP);
      // A child process must neither copy the page tables of a guest nor see its memory.
      LibC.madvise(address, length, LibC.MADV_DONTFORK);
    } catch (ErrnoException e) {
      LibC.munmap(address, length);
      throw e;
    }
    return address;
  }
}
