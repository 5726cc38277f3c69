package dev.cloude.vmm.libc;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * System calls with one rule for errors: a call that a signal interrupted is made again, one that
 * would block on a non-blocking descriptor returns {@link #WOULD_BLOCK}, everything else is an
 * {@link ErrnoException}. Addresses are plain longs; whoever passes one answers for its range.
 */
public final class LibC {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;

  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 0x1;
  public static final int MAP_PRIVATE = 0x2;
  static final int MAP_FIXED = 0x10;
  public static final int MAP_ANONYMOUS = 0x20;
  public static final int MAP_NORESERVE = 0x4000;
  public static final int MADV_DONTFORK = 10;
  public static final int MADV_HUGEPAGE = 14;
  public static final int MADV_DONTDUMP = 16;

  public static final int EFD_NONBLOCK = O_NONBLOCK;
  public static final int EFD_CLOEXEC = O_CLOEXEC;

  public static final int EPOLL_CLOEXEC = O_CLOEXEC;
  public static final int EPOLL_CTL_ADD = 1;
  public static final int EPOLL_CTL_DEL = 2;
  public static final int EPOLL_CTL_MOD = 3;
  public static final int EPOLLIN = 0x1;
  public static final int EPOLLOUT = 0x4;
  public static final int EPOLLERR = 0x8;
  public static final int EPOLLHUP = 0x10;
  public static final int EPOLLET = 0x80000000;

  /** Result of {@code read}, {@code write} and their like where the descriptor would block. */
  public static final long WOULD_BLOCK = -1;

  private static final int SEEK_END = 2;

  private LibC() {}

  public static int open(String path, int flags) {
    return (int) retry("open(" + path + ")", () -> Natives.open(path, flags, 0));
  }

  /** Closes {@code fd}. Never made again after EINTR: Linux has released the number by then. */
  public static void close(int fd) {
    try {
      Natives.close(fd);
    } catch (LastErrorException e) {
      if (e.getErrorCode() != Errno.EINTR) {
        throw new ErrnoException("close(" + fd + ")", e.getErrorCode());
      }
    }
  }

  /**
   * @param request the request number as a positive long, also where bit 31 is set
   * @param argument a value or the address of the request's structure
   */
  public static int ioctl(int fd, long request, long argument) {
    return (int) retry("ioctl", () -> Natives.ioctl(fd, request, argument));
  }

  /**
   * One ioctl without retry and without an exception: for KVM_RUN, whose EINTR is an answer.
   *
   * @return the call's result, or minus the error number
   */
  public static int ioctlOnce(int fd, long request, long argument) {
    try {
      return Natives.ioctl(fd, request, argument);
    } catch (LastErrorException e) {
      return -e.getErrorCode();
    }
  }

  /** Maps {@code length} bytes at an address of the kernel's choice. */
  public static long mmap(long length, int protection, int flags, int fd, long offset) {
    return retry(
        "mmap of " + length + " bytes",
        () -> Natives.mmap(0, length, protection, flags, fd, offset));
  }

  /**
   * Maps a range of a file in place of what is mapped at {@code address}, all of it whole pages.
   * Whoever gives the address answers for what was there.
   */
  public static void mmapOver(long address, long length, int protection, int fd, long offset) {
    retry(
        "mmap of a file",
        () -> Natives.mmap(address, length, protection, MAP_PRIVATE | MAP_FIXED, fd, offset));
  }

  public static void munmap(long address, long length) {
    retry("munmap of " + length + " bytes", () -> Natives.munmap(address, length));
  }

  static void mprotect(long address, long length, int protection) {
    retry("mprotect", () -> Natives.mprotect(address, length, protection));
  }

  /**
   * Tells which pages of a mapping are in memory.
   *
   * @param vector address of one byte for each page, whose lowest bit is set for one that is
   */
  public static void mincore(long address, long length, long vector) {
    retry("mincore", () -> Natives.mincore(address, length, vector));
  }

  public static void madvise(long address, long length, int advice) {
    retry("madvise(" + advice + ")", () -> Natives.madvise(address, length, advice));
  }

  /** Bytes read, 0 at the end of the file, or {@link #WOULD_BLOCK}. */
  public static long read(int fd, long buffer, long count) {
    return retryOrBlock("read", () -> Natives.read(fd, buffer, count));
  }

  /** Bytes written or {@link #WOULD_BLOCK}. */
  public static long write(int fd, long buffer, long count) {
    return retryOrBlock("write", () -> Natives.write(fd, buffer, count));
  }

  /**
   * @param iovecs address of {@code count} pairs of 64-bit base and length
   * @return bytes read, 0 at the end of the file, or {@link #WOULD_BLOCK}
   */
  public static long readv(int fd, long iovecs, int count) {
    return retryOrBlock("readv", () -> Natives.readv(fd, iovecs, count));
  }

  /**
   * @param iovecs address of {@code count} pairs of 64-bit base and length
   * @return bytes written or {@link #WOULD_BLOCK}
   */
  public static long writev(int fd, long iovecs, int count) {
    return retryOrBlock("writev", () -> Natives.writev(fd, iovecs, count));
  }

  /**
   * Where the file, or disk, behind {@code fd} ends; also moves the descriptor's position there.
   */
  public static long end(int fd) {
    return retry("lseek", () -> Natives.lseek(fd, 0, SEEK_END));
  }

  public static int eventfd(int initial, int flags) {
    return (int) retry("eventfd", () -> Natives.eventfd(initial, flags));
  }

  public static int epoll_create1(int flags) {
    return (int) retry("epoll_create1", () -> Natives.epoll_create1(flags));
  }

  /**
   * @param event address of a packed {@code epoll_event}: u32 events, u64 data (12 bytes on x86-64)
   */
  public static void epoll_ctl(int epoll, int operation, int fd, long event) {
    retry("epoll_ctl", () -> Natives.epoll_ctl(epoll, operation, fd, event));
  }

  /**
   * @param events room for {@code count} packed {@code epoll_event}s of 12 bytes
   * @param timeoutMillis −1 waits for ever; after a signal the wait starts anew
   * @return how many events were written
   */
  public static int epoll_wait(int epoll, long events, int count, int timeoutMillis) {
    return (int) retry("epoll_wait", () -> Natives.epoll_wait(epoll, events, count, timeoutMillis));
  }

  public static int socket(int domain, int type, int protocol) {
    return (int) retry("socket", () -> Natives.socket(domain, type, protocol));
  }

  public static void bind(int fd, long address, int length) {
    retry("bind", () -> Natives.bind(fd, address, length));
  }

  /** Bytes sent or {@link #WOULD_BLOCK}. */
  public static long send(int fd, long buffer, long length, int flags) {
    return retryOrBlock("send", () -> Natives.send(fd, buffer, length, flags));
  }

  /** Bytes received or {@link #WOULD_BLOCK}. */
  public static long recv(int fd, long buffer, long length, int flags) {
    return retryOrBlock("recv", () -> Natives.recv(fd, buffer, length, flags));
  }

  public static void setsockopt(int fd, int level, int option, long value, int length) {
    retry("setsockopt", () -> Natives.setsockopt(fd, level, option, value, length));
  }

  /** Index of the network interface {@code name}; ENODEV when there is none. */
  public static int if_nametoindex(String name) {
    int index = (int) retry("if_nametoindex(" + name + ")", () -> Natives.if_nametoindex(name));
    if (index == 0) {
      throw new ErrnoException("if_nametoindex(" + name + ")", Errno.ENODEV);
    }
    return index;
  }

  /**
   * A little-endian view of native memory.
   *
   * <p>The view outlives nothing: whoever unmaps the memory must have stopped every user first.
   */
  public static ByteBuffer view(long address, long length) {
    return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  static String errorText(int errno) {
    return Natives.strerror(errno);
  }

  /** A system call in which −1 has already become a {@link LastErrorException}. */
  @FunctionalInterface
  interface Call {
    long run() throws LastErrorException;
  }

  // The one place that retries and translates.
  static long retry(String name, Call call) {
    while (true) {
      try {
        return call.run();
      } catch (LastErrorException e) {
        if (e.getErrorCode() != Errno.EINTR) {
          throw new ErrnoException(name, e.getErrorCode());
        }
      }
    }
  }

  private static long retryOrBlock(String name, Call call) {
    while (true) {
      try {
        return call.run();
      } catch (LastErrorException e) {
        if (e.getErrorCode() == Errno.EAGAIN) {
          return WOULD_BLOCK;
        }
        if (e.getErrorCode() != Errno.EINTR) {
          throw new ErrnoException(name, e.getErrorCode());
        }
      }
    }
  }
}
