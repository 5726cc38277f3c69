package dev.cloude.vmm.libc;

/**
 * One real-time signal that is blocked in the threads it is sent to: it stays pending and is never
 * delivered, so that no handler is needed. Blocked calls that unmask it (KVM_RUN with its signal
 * mask) end with EINTR; a signal sent too early is not lost.
 *
 * <p>HotSpot restores the creator's mask when a thread ends, which would deliver what is pending
 * and by default end the process. So senders must know the thread to be in its loop, the thread
 * takes what is pending before it ends, and as a last belt the process ignores the signal: one that
 * is blocked is kept pending all the same.
 */
public final class ThreadSignal {
  /** Free in HotSpot and glibc, which use 12, 32, 33 and 62. */
  public static final int NUMBER = 44;

  /** Bytes of the kernel's signal set. */
  public static final int KERNEL_SET_BYTES = 8;

  // Bit (n − 1) stands for signal n; the C library's set is 128 bytes, the kernel's 8.
  private static final long BIT = 1L << (NUMBER - 1);
  private static final int LIBC_SET_BYTES = 128;
  private static final int SIG_BLOCK = 0;
  private static final long SYS_GETPID = 39;
  private static final long SYS_GETTID = 186;
  private static final long SYS_TGKILL = 234;

  private static final long SIG_IGN = 1;

  static {
    LibC.retry("signal(" + NUMBER + ", SIG_IGN)", () -> Natives.signal(NUMBER, SIG_IGN));
  }

  private ThreadSignal() {}

  /** Blocks the signal in the calling thread and returns that thread's id. */
  public static int blockInThisThread() {
    try (NativeBlock sets = new NativeBlock(2L * LIBC_SET_BYTES)) {
      sets.bytes().putLong(0, BIT);
      int error =
          Natives.pthread_sigmask(SIG_BLOCK, sets.address(), sets.address() + LIBC_SET_BYTES);
      if (error != 0) {
        throw new ErrnoException("pthread_sigmask", error);
      }
    }
    return (int) LibC.retry("gettid", () -> Natives.syscall(SYS_GETTID, 0, 0, 0));
  }

  /** The calling thread's present mask without the signal, in the kernel's form. */
  public static long maskWithoutIt() {
    try (NativeBlock old = new NativeBlock(LIBC_SET_BYTES)) {
      int error = Natives.pthread_sigmask(SIG_BLOCK, 0, old.address());
      if (error != 0) {
        throw new ErrnoException("pthread_sigmask", error);
      }
      return old.bytes().getLong(0) & ~BIT;
    }
  }

  /** Sends the signal to a thread of this process. A thread that is gone is no error. */
  public static void send(int threadId) {
    long process = LibC.retry("getpid", () -> Natives.syscall(SYS_GETPID, 0, 0, 0));
    try {
      LibC.retry("tgkill", () -> Natives.syscall(SYS_TGKILL, process, threadId, NUMBER));
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
  }

  /** Takes a pending signal from the calling thread; returns whether there was one. */
  public static boolean take() {
    try (NativeBlock block = new NativeBlock(LIBC_SET_BYTES + 16)) {
      block.bytes().putLong(0, BIT);
      long noWait = block.address() + LIBC_SET_BYTES;
      LibC.retry("sigtimedwait", () -> Natives.sigtimedwait(block.address(), 0, noWait));
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EAGAIN) {
        return false;
      }
      throw e;
    }
  }
}
