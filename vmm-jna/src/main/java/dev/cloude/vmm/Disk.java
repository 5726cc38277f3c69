package dev.cloude.vmm;

import dev.cloude.vmm.virtio.block.VirtioBlock;

/**
 * What a guest has read from one of its disks.
 *
 * @param requests answered, whatever the answer
 * @param bytes given of the image
 * @param refused requests answered with an error: to write, past the end, too large, unknown, or
 *     because the host could not read the image
 * @param malformed times the guest's driver broke a rule
 */
public record Disk(long requests, long bytes, long refused, long malformed) {
  static Disk of(VirtioBlock block, long malformed) {
    return new Disk(block.requests(), block.bytes(), block.refused(), malformed);
  }
}
