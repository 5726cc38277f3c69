package dev.cloude.vmm.libc;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** A one-shot timer on the monotonic clock that epoll can wait for. For one thread. */
public final class TimerFd implements AutoCloseable {
  static {
    Native.register(TimerFd.class, "c");
  }

  private static final int CLOCK_MONOTONIC = 1;
  // struct itimerspec: interval (s, ns), value (s, ns); then room for the expiry count.
  private static final int VALUE_SECONDS = 16;
  private static final int VALUE_NANOS = 24;
  private static final int COUNT = 32;
  private static final long SECOND = 1_000_000_000L;

  private final FileHandle handle;
  private final NativeBlock block = new NativeBlock(40);

  public TimerFd() {
    // TFD_NONBLOCK and TFD_CLOEXEC are the open flags of the same meaning.
    int flags = LibC.O_NONBLOCK | LibC.O_CLOEXEC;
    handle =
        new FileHandle(
            (int) LibC.retry("timerfd_create", () -> timerfd_create(CLOCK_MONOTONIC, flags)));
  }

  public int fd() {
    return handle.fd();
  }

  /** Expires once after {@code nanos} from now, at once for 0; replaces an earlier setting. */
  public void set(long nanos) {
    // Zero would disarm the timer.
    long wait = Math.max(1, nanos);
    block.bytes().putLong(VALUE_SECONDS, wait / SECOND).putLong(VALUE_NANOS, wait % SECOND);
    LibC.retry("timerfd_settime", () -> timerfd_settime(handle.fd(), 0, block.address(), 0));
  }

  /** Takes an expiry, so that the descriptor is no longer readable. */
  public void drain() {
    LibC.read(handle.fd(), block.address() + COUNT, Long.BYTES);
  }

  @Override
  public void close() {
    handle.close();
  }

  private static native int timerfd_create(int clock, int flags) throws LastErrorException;

  private static native int timerfd_settime(int fd, int flags, long value, long old)
      throws LastErrorException;
}
