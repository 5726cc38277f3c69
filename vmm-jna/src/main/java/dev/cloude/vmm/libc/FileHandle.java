package dev.cloude.vmm.libc;

/** Owner of one descriptor: closes it once, however often and from wherever it is asked to. */
public final class FileHandle implements AutoCloseable {
  // Guarded by this; −1 once closed, so that a reused number is never closed or used by mistake.
  private int fd;

  /** Takes over an open descriptor. */
  public FileHandle(int fd) {
    this.fd = fd;
  }

  /** The descriptor. {@link ErrnoException} with EBADF once closed. */
  public synchronized int fd() {
    if (fd < 0) {
      throw new ErrnoException("use of a closed descriptor", Errno.EBADF);
    }
    return fd;
  }

  @Override
  public synchronized void close() {
    if (fd >= 0) {
      int closing = fd;
      fd = -1;
      LibC.close(closing);
    }
  }
}
