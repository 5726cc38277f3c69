package dev.cloude.vmm.libc;

/** A non-blocking eventfd: a counter that the kernel, KVM and threads can wait for. */
public final class EventFd implements AutoCloseable {
  private static final int ONE = 0;
  private static final int COUNT = 8;

  private final FileHandle handle;
  // SAFETY: 16 bytes, the constant 1 to write from and room to read into; freed by the collector,
  // so that a late signal meets a closed descriptor and never freed memory.
  private final NativeBlock values = new NativeBlock(16);

  public EventFd() {
    handle = new FileHandle(LibC.eventfd(0, LibC.EFD_NONBLOCK | LibC.EFD_CLOEXEC));
    values.bytes().putLong(ONE, 1);
  }

  /** The descriptor, to be registered with KVM or epoll. */
  public int fd() {
    return handle.fd();
  }

  /** Adds one. A counter at its maximum stays there: its reader is woken anyway. */
  public synchronized void signal() {
    accept(VectoredIo.writeEvent(handle.fd(), values.address() + ONE, Long.BYTES), "write");
  }

  /** Takes the counter down to zero and returns what it was; 0 when nothing was signalled. */
  public synchronized long drain() {
    long read = VectoredIo.readEvent(handle.fd(), values.address() + COUNT, Long.BYTES);
    return accept(read, "read") ? values.bytes().getLong(COUNT) : 0;
  }

  @Override
  public synchronized void close() {
    handle.close();
  }

  // Whether the call did something; false where it would have had to wait.
  private static boolean accept(long result, String call) {
    if (result < 0 && result != -Errno.EAGAIN) {
      throw new ErrnoException(call + " of an eventfd", (int) -result);
    }
    return result == Long.BYTES;
  }
}
