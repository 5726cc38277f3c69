package dev.cloude.vmm.boot;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.memory.GuestMemory;
import java.util.Arrays;

/** Looks at what a loader has left in RAM. */
final class LoadedRam {
  private LoadedRam() {}

  /** [address, address + length) holds what the file has from {@code offset} on. */
  static void holds(GuestMemory memory, long address, byte[] file, int offset, int length) {
    byte[] actual = new byte[length];
    memory.read(address, actual, 0, length);
    Invariant.holds(
        Arrays.equals(actual, 0, length, file, offset, offset + length),
        "RAM holds the file from 0x" + Long.toHexString(address) + " on",
        length);
  }

  /** Nothing was written to [address, address + length), as far as there is RAM. */
  static void untouched(GuestMemory memory, long address, long length) {
    int size = (int) Math.max(0, Math.min(length, memory.size() - address));
    byte[] actual = new byte[size];
    memory.read(size == 0 ? 0 : address, actual, 0, size);
    for (int i = 0; i < size; i++) {
      if (actual[i] != 0) {
        throw new AssertionError(
            String.format("The loader wrote to 0x%x, which it may not.", address + i));
      }
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
