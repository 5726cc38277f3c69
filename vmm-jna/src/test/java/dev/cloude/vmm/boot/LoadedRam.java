package dev.cloude.vmm.boot;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;

/** Looks at what a loader has left in RAM. */
final class LoadedRam {
  // As much as is looked at in one call.
  private static final byte[] ZEROS = new byte[4096];

  private LoadedRam() {}

  /** [address, address + length) holds what the file has from {@code offset} on. */
  static void holds(GuestMemory memory, long address, byte[] file, int offset, int length) {
    boolean same =
        length == 0 || memory.view(address, length).equals(ByteBuffer.wrap(file, offset, length));
    if (!same) {
      throw new AssertionError(
          String.format(
              "RAM does not hold the %d bytes of the file from 0x%x on.", length, address));
    }
  }

  /**
   * Nothing was written to [address, address + length), as far as there is RAM.
   *
   * @param length at most 4096
   */
  static void untouched(GuestMemory memory, long address, long length) {
    int size = (int) Math.max(0, Math.min(length, memory.size() - address));
    int wrong =
        size == 0 ? -1 : memory.view(address, size).mismatch(ByteBuffer.wrap(ZEROS, 0, size));
    if (wrong >= 0) {
      throw new AssertionError(
          String.format("The loader wrote to 0x%x, which it may not.", address + wrong));
    }
  }

  /** The kernel lies, and is entered, in low RAM. */
  static void fits(GuestMemory memory, LoadedKernel kernel) {
    long top = memory.regions().get(0).end();
    boolean fits =
        kernel.end() > GuestLayout.HIGH_MEMORY
            && kernel.end() <= top
            && kernel.entry() >= GuestLayout.HIGH_MEMORY
            && kernel.entry() < kernel.end();
    Invariant.holds(fits, "the kernel and its entry lie in low RAM", kernel);
  }
}
