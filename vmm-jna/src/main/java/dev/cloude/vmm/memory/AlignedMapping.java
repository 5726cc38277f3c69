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
      keepPrivate(address, length);
    } catch (ErrnoException e) {
      LibC.munmap(address, length);
      throw e;
    }
    return address;
  }

  /**
   * Maps a range of a file, privately, over a part of what {@link #map} has given: what is not
   * written to stays shared with everybody who has read the file.
   */
  static void mapFile(long address, long length, int fd, long position) {
    LibC.mmapOver(address, length, LibC.PROT_READ | LibC.PROT_WRITE, fd, position);
    keepPrivate(address, length);
  }

  private static void keepPrivate(long address, long length) {
    LibC.madvise(address, length, LibC.MADV_DONTDUMP);
    // A child process must neither copy the page tables of a guest nor see its memory.
    LibC.madvise(address, length, LibC.MADV_DONTFORK);
  }
}
