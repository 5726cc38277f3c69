package dev.cloude.vmm.memory;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;

/** Anonymous memory whose address is a multiple of 2 MiB, so that huge pages can back it. */
final class AlignedMapping {
  private static final long ALIGNMENT = 2 << 20;
  private static final int STEP_PAGES = 64 << 10;
  private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;

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

  /**
   * Asks for huge pages where a range will be filled, up to the borders of the huge pages that it
   * begins and ends in, but not beyond {@code end}. A host that has none goes on without.
   */
  static void preferHugePages(long address, long length, long end) {
    long from = address & -ALIGNMENT;
    long to = Math.min((address + length + ALIGNMENT - 1) & -ALIGNMENT, end);
    try {
      LibC.madvise(from, to - from, LibC.MADV_HUGEPAGE);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
  }

  /** How many pages of a mapping are in memory. */
  static long resident(long address, long length) {
    long pages = 0;
    try (NativeBlock vector = new NativeBlock(STEP_PAGES)) {
      for (long done = 0; done < length; done += STEP_PAGES * GuestMemory.PAGE) {
        long step = Math.min(STEP_PAGES * GuestMemory.PAGE, length - done);
        LibC.mincore(address + done, step, vector.address());
        int inStep = (int) (step / GuestMemory.PAGE);
        int i = 0;
        for (; i + Long.BYTES <= inStep; i += Long.BYTES) {
          pages += Long.bitCount(vector.bytes().getLong(i) & LOWEST_BITS);
        }
        for (; i < inStep; i++) {
          pages += vector.bytes().get(i) & 1;
        }
      }
    }
    return pages;
  }

  private static void keepPrivate(long address, long length) {
    LibC.madvise(address, length, LibC.MADV_DONTDUMP);
    // A child process must neither copy the page tables of a guest nor see its memory.
    LibC.madvise(address, length, LibC.MADV_DONTFORK);
  }
}
