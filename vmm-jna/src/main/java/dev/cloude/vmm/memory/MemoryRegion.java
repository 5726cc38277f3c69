package dev.cloude.vmm.memory;

/**
 * A contiguous piece of guest RAM.
 *
 * @param guestAddress physical address in the guest, page-aligned
 * @param size bytes, a multiple of the page size
 * @param hostAddress where it is mapped in this process
 */
public record MemoryRegion(long guestAddress, long size, long hostAddress) {
  /** The first guest address after the region. */
  public long end() {
    return guestAddress + size;
  }

  /** Whether [address, address + length) lies inside; never true for a range that wraps. */
  public boolean contains(long address, long length) {
    return length >= 0
        && address >= guestAddress
        && address - guestAddress <= size
        && length <= size - (address - guestAddress);
  }
}
