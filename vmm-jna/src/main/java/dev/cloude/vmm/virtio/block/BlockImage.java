package dev.cloude.vmm.virtio.block;

/** What a disk holds. For one thread. */
public interface BlockImage extends AutoCloseable {
  /** Bytes, a multiple of {@link VirtioBlock#SECTOR_BYTES}; fixed for life. */
  long size();

  /**
   * Reads into {@code count} buffers, in their order.
   *
   * @param iovecs address of {@code count} pairs of 64-bit base and length, all writable
   * @param position of the first byte
   * @return bytes read, fewer than there is room for at the end of the image or whenever it suits;
   *     or minus the error number
   */
  long read(long iovecs, int count, long position);

  @Override
  void close();
}
