package dev.cloude.vmm.virtio.block;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.VectoredIo;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file, or a disk of the host, that is only read. It goes from the host's page cache straight
 * into the guest's RAM, so that guests of one image share what the host has read.
 */
public final class ImageDescriptor implements BlockImage {
  private final FileHandle handle;
  private final int fd;
  private final long size;

  private ImageDescriptor(FileHandle handle, long size) {
    this.handle = handle;
    this.fd = handle.fd();
    this.size = size;
  }

  /**
   * Opens {@code path} for reading.
   *
   * @throws ErrnoException when it cannot be opened
   * @throws IllegalArgumentException when it cannot be a disk, with the reason as a sentence
   */
  public static ImageDescriptor open(Path path) {
    if (Files.isDirectory(path)) {
      throw new IllegalArgumentException("The disk " + path + " is a folder, not an image.");
    }
    FileHandle handle =
        new FileHandle(
            LibC.open(path.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC | LibC.O_NONBLOCK));
    try {
      long size = LibC.end(handle.fd());
      if (size <= 0 || size % VirtioBlock.SECTOR_BYTES != 0) {
        throw new IllegalArgumentException(
            String.format(
                "The disk %s has %d bytes, which are no whole sectors of %d; build the image again.",
                path, size, VirtioBlock.SECTOR_BYTES));
      }
      return new ImageDescriptor(handle, size);
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public long read(long iovecs, int count, long position) {
    return VectoredIo.readAt(fd, iovecs, count, position);
  }

  @Override
  public void close() {
    handle.close();
  }
}
