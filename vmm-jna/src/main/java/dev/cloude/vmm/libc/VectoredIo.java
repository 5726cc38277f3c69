package dev.cloude.vmm.libc;

import com.sun.jna.Native;

/**
 * The calls that devices make for every frame or event. They report errors as negative numbers
 * instead of exceptions, because here EAGAIN is how every burst ends and must cost no allocation.
 * EINTR is retried.
 */
public final class VectoredIo {
  static {
    Native.register(VectoredIo.class, "c");
  }

  private VectoredIo() {}

  /**
   * Reads into {@code count} buffers.
   *
   * @param iovecs address of {@code count} pairs of 64-bit base and length
   * @return bytes read, or minus the error number
   */
  public static long read(int fd, long iovecs, int count) {
    long n;
    do {
      n = orError(readv(fd, iovecs, count));
    } while (n == -Errno.EINTR);
    return n;
  }

  /**
   * Reads from {@code position} on into {@code count} buffers.
   *
   * @param iovecs address of {@code count} pairs of 64-bit base and length
   * @return bytes read, 0 at the end of the file, or minus the error number
   */
  public static long readAt(int fd, long iovecs, int count, long position) {
    long n;
    do {
      n = orError(preadv(fd, iovecs, count, position));
    } while (n == -Errno.EINTR);
    return n;
  }

  /**
   * Writes from {@code count} buffers.
   *
   * @param iovecs address of {@code count} pairs of 64-bit base and length
   * @return bytes written, or minus the error number
   */
  public static long write(int fd, long iovecs, int count) {
    long n;
    do {
      n = orError(writev(fd, iovecs, count));
    } while (n == -Errno.EINTR);
    return n;
  }

  /**
   * Fills [address, address + length) from the kernel's generator; does not wait for it to be
   * seeded.
   *
   * @return bytes written, or minus the error number
   */
  public static long random(long address, long length) {
    long n;
    do {
      n = orError(getrandom(address, length, GRND_NONBLOCK));
    } while (n == -Errno.EINTR);
    return n;
  }

  static long readEvent(int fd, long buffer, long count) {
    long n;
    do {
      n = orError(read(fd, buffer, count));
    } while (n == -Errno.EINTR);
    return n;
  }

  static long writeEvent(int fd, long buffer, long count) {
    long n;
    do {
      n = orError(write(fd, buffer, count));
    } while (n == -Errno.EINTR);
    return n;
  }

  static int epollWait(int epoll, long events, int count, int timeoutMillis) {
    int n;
    do {
      n = (int) orError(epoll_wait(epoll, events, count, timeoutMillis));
    } while (n == -Errno.EINTR);
    return n;
  }

  private static final int GRND_NONBLOCK = 1;

  // JNA keeps errno per thread from the moment the call returns.
  private static long orError(long result) {
    return result >= 0 ? result : -Native.getLastError();
  }

  private static native long read(int fd, long buffer, long count);

  private static native long write(int fd, long buffer, long count);

  private static native long preadv(int fd, long iovecs, int count, long position);

  private static native long readv(int fd, long iovecs, int count);

  private static native long writev(int fd, long iovecs, int count);

  private static native long getrandom(long address, long length, int flags);

  private static native int epoll_wait(int epoll, long events, int count, int timeoutMillis);
}
