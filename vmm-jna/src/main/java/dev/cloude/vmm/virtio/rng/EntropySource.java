package dev.cloude.vmm.virtio.rng;

import dev.cloude.vmm.libc.VectoredIo;

/** Where random bytes come from. */
@FunctionalInterface
public interface EntropySource {
  /** The host kernel's generator, {@code getrandom(2)}. */
  EntropySource KERNEL = VectoredIo::random;

  /**
   * Fills memory of this process with random bytes.
   *
   * @param address start of at least {@code length} writable bytes
   * @return bytes written, from the start; 0 or less when there are none to be had
   */
  long fill(long address, long length);
}
