package dev.cloude.vmm.libc;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/**
 * What a process does to itself to be able to do less. Each of these holds for all threads, those
 * that are there and those to come, and none can be taken back.
 */
public final class OwnProcess {
  // asm/resource.h
  public static final int RLIMIT_FSIZE = 1;
  public static final int RLIMIT_CORE = 4;
  public static final int RLIMIT_NPROC = 6;
  public static final int RLIMIT_NOFILE = 7;

  /** Bytes of one instruction of a system call filter, {@code struct sock_filter}. */
  public static final int FILTER_INSTRUCTION_BYTES = 8;

  // linux/prctl.h
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SIGKILL = 9;
  // asm/unistd_64.h
  private static final long SYS_GETPID = 39;
  private static final long SYS_GETEUID = 107;
  private static final long SYS_SECCOMP = 317;
  // linux/seccomp.h
  private static final long SECCOMP_SET_MODE_FILTER = 1;
  private static final long SECCOMP_FILTER_FLAG_TSYNC = 1;

  static {
    Native.register(OwnProcess.class, "c");
  }

  private OwnProcess() {}

  public static int id() {
    return (int) LibC.retry("getpid", () -> Natives.syscall(SYS_GETPID, 0, 0, 0));
  }

  /**
   * Gives standard output a number of its own, and what is written to descriptor 1 from now on, by
   * whomever, to standard error.
   */
  public static FileHandle takeStandardOutput() {
    FileHandle own = new FileHandle((int) LibC.retry("dup", () -> dup(1)));
    LibC.retry("dup2", () -> dup2(2, 1));
    return own;
  }

  /** Whether this process is root's, who may become anybody. */
  public static boolean isRoot() {
    return LibC.retry("geteuid", () -> Natives.syscall(SYS_GETEUID, 0, 0, 0)) == 0;
  }

  /**
   * No program that this process starts gives it rights that it has not. The other threads get it
   * with {@link #filterSystemCalls}.
   */
  public static void noNewPrivileges() {
    LibC.retry("prctl(PR_SET_NO_NEW_PRIVS)", () -> prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  }

  /**
   * Has the kernel kill this process when the thread that started it ends. Changes of the user undo
   * it. The calling thread must stay.
   */
  public static void dieWithStarter() {
    LibC.retry("prctl(PR_SET_PDEATHSIG)", () -> prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
  }

  /** Lowers a resource's soft and hard limit. */
  public static void limit(int resource, long value) {
    try (NativeBlock limits = new NativeBlock(16)) {
      limits.bytes().putLong(0, value).putLong(8, value);
      LibC.retry(
          "setrlimit(" + resource + ", " + value + ")",
          () -> setrlimit(resource, limits.address()));
    }
  }

  /**
   * Makes a new, empty folder this process's root and working folder, and removes it: no file can
   * be reached or made in it by anybody. Wants root.
   *
   * @param folder path of an empty folder, which is gone afterwards
   */
  public static void enterAndRemove(String folder) {
    LibC.retry("chdir(" + folder + ")", () -> chdir(folder));
    LibC.retry("rmdir(" + folder + ")", () -> rmdir(folder));
    LibC.retry("chroot(" + folder + ")", () -> chroot("."));
    LibC.retry("chdir(/)", () -> chdir("/"));
  }

  /** Becomes another user with one group, without a way back. Wants root. */
  public static void become(int user, int group) {
    // The C library's functions and not the bare calls, which would change one thread alone.
    LibC.retry("setgroups", () -> setgroups(0, 0));
    LibC.retry("setresgid(" + group + ")", () -> setresgid(group, group, group));
    LibC.retry("setresuid(" + user + ")", () -> setresuid(user, user, user));
  }

  /**
   * Filters the system calls of all threads (seccomp(2)). Wants {@link #noNewPrivileges}.
   *
   * @param instructions the program, {@link #FILTER_INSTRUCTION_BYTES} each
   */
  public static void filterSystemCalls(byte[] instructions) {
    // struct sock_fprog: length u16 in instructions, padding, pointer.
    try (NativeBlock block = new NativeBlock(16L + instructions.length)) {
      block.bytes().putShort(0, (short) (instructions.length / FILTER_INSTRUCTION_BYTES));
      block.bytes().putLong(8, block.address() + 16);
      block.bytes().put(16, instructions);
      long thread =
          LibC.retry(
              "seccomp",
              () ->
                  Natives.syscall(
                      SYS_SECCOMP,
                      SECCOMP_SET_MODE_FILTER,
                      SECCOMP_FILTER_FLAG_TSYNC,
                      block.address()));
      if (thread != 0) {
        throw new ErrnoException("seccomp for thread " + thread, Errno.EINVAL);
      }
    }
  }

  private static native int prctl(int option, long a, long b, long c, long d)
      throws LastErrorException;

  private static native int setrlimit(int resource, long limits) throws LastErrorException;

  private static native int dup(int fd) throws LastErrorException;

  private static native int dup2(int from, int to) throws LastErrorException;

  private static native int chdir(String path) throws LastErrorException;

  private static native int rmdir(String path) throws LastErrorException;

  private static native int chroot(String path) throws LastErrorException;

  private static native int setgroups(long count, long groups) throws LastErrorException;

  private static native int setresgid(int real, int effective, int saved) throws LastErrorException;

  private static native int setresuid(int real, int effective, int saved) throws LastErrorException;
}
