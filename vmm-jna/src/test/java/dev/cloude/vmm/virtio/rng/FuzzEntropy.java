package dev.cloude.vmm.virtio.rng;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;

/** Gives bytes that are not random, and checks that they are wanted in RAM. */
final class FuzzEntropy implements EntropySource {
  private final MemoryRegion ram;
  // What a request gets at most; negative for an error number.
  long atMost = Long.MAX_VALUE;

  FuzzEntropy(GuestMemory memory) {
    ram = memory.regions().get(0);
  }

  @Override
  public long fill(long address, long length) {
    boolean inside =
        length > 0
            && length <= VirtioRng.MAX_REQUEST_BYTES
            && address >= ram.hostAddress()
            && address - ram.hostAddress() <= ram.size() - length;
    Invariant.holds(inside, "requests lie in RAM and are within the cap", length);
    long given = Math.min(length, atMost);
    if (given > 0) {
      LibC.view(address, given).put(0, (byte) 0xee).put((int) given - 1, (byte) 0xee);
    }
    return given;
  }
}
