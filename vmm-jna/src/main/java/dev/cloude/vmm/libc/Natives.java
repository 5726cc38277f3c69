package dev.cloude.vmm.libc;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/**
 * The bare functions. Pointers, {@code size_t} and {@code ssize_t} are Java longs. Variadic
 * functions ({@code open}, {@code ioctl}, {@code syscall}) are called with a fixed signature, which
 * the x86-64 System V calling convention allows for integer arguments.
 */
final class Natives {
  static {
    Native.register(Natives.class, "c");
  }

  private Natives() {}

  static native int open(String path, int flags, int mode) throws LastErrorException;

  static native int close(int fd) throws LastErrorException;

  static native int ioctl(int fd, long request, long argument) throws LastErrorException;

  static native long mmap(long address, long length, int protection, int flags, int fd, long offset)
      throws LastErrorException;

  static native int munmap(long address, long length) throws LastErrorException;

  static native int mprotect(long address, long length, int protection) throws LastErrorException;

  static native int madvise(long address, long length, int advice) throws LastErrorException;

  static native int mincore(long address, long length, long vector) throws LastErrorException;

  static native long read(int fd, long buffer, long count) throws LastErrorException;

  static native long write(int fd, long buffer, long count) throws LastErrorException;

  static native long readv(int fd, long iovecs, int count) throws LastErrorException;

  static native long writev(int fd, long iovecs, int count) throws LastErrorException;

  static native long lseek(int fd, long offset, int whence) throws LastErrorException;

  static native int eventfd(int initial, int flags) throws LastErrorException;

  static native int epoll_create1(int flags) throws LastErrorException;

  static native int epoll_ctl(int epoll, int operation, int fd, long event)
      throws LastErrorException;

  static native int epoll_wait(int epoll, long events, int count, int timeoutMillis)
      throws LastErrorException;

  static native long syscall(long number, long a, long b, long c) throws LastErrorException;

  // Returns the error instead of setting errno.
  static native int pthread_sigmask(int how, long set, long oldSet);

  static native long signal(int number, long handler) throws LastErrorException;

  static native int sigtimedwait(long set, long info, long timeout) throws LastErrorException;

  static native int socket(int domain, int type, int protocol) throws LastErrorException;

  static native int bind(int fd, long address, int length) throws LastErrorException;

  static native long send(int fd, long buffer, long length, int flags) throws LastErrorException;

  static native long recv(int fd, long buffer, long length, int flags) throws LastErrorException;

  static native int setsockopt(int fd, int level, int option, long value, int length)
      throws LastErrorException;

  static native int if_nametoindex(String name) throws LastErrorException;

  static native String strerror(int errno);
}
