package dev.cloude.vmm.confine;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Confines itself as a VM's process does, then tries what it must not, and prints {@code
 * name=errno} for each, 0 for what went well. Arguments: the user to become, and the parent's id.
 */
final class Trespasser {
  private static final int SIGCHLD = 17;

  static {
    Native.register(Trespasser.class, "c");
  }

  private Trespasser() {}

  private static native long syscall(long number, long a, long b, long c, long d, long e)
      throws LastErrorException;

  private static native int setresuid(int real, int effective, int saved) throws LastErrorException;

  public static void main(String[] arguments) throws Exception {
    int user = Integer.parseInt(arguments[0]);
    long parent = Long.parseLong(arguments[1]);
    // Its classes are in a folder, which is gone afterwards.
    open("before", "/none");
    new Confinement(OptionalInt.of(user), 64, 64).apply();
    try (NativeBlock block = new NativeBlock(256)) {
      block.bytes().put(0, "/bin/true\0".getBytes(StandardCharsets.US_ASCII));
      long text = block.address();
      attempt("execve", 59, text, 0, 0);
      attempt("execveat", 322, -100, text, 0);
      attempt("fork", 57, 0, 0, 0);
      attempt("clone", 56, SIGCHLD, 0, 0);
      attempt("clone3", 435, text, 64, 0);
      attempt("ptrace", 101, 16, parent, 0);
      attempt("process_vm_readv", 310, parent, text, 1);
      attempt("mount", 165, text, text, text);
      attempt("unshare", 272, 0x1000_0000, 0, 0);
      attempt("setns", 308, 0, 0, 0);
      attempt("chroot", 161, text, 0, 0);
      attempt("socket-inet", 41, 2, 1, 0);
      attempt("socket-unix", 41, 1, 1, 0);
      attempt("bpf", 321, 0, text, 64);
      attempt("keyctl", 250, 0, 0, 0);
      attempt("perf_event_open", 298, text, 0, 0);
      attempt("io_uring_setup", 425, 1, text, 0);
      attempt("userfaultfd", 323, 0, 0, 0);
      attempt("open_by_handle_at", 304, 0, text, 0);
      attempt("kexec_load", 246, 0, 0, 0);
      attempt("init_module", 175, text, 1, text);
      attempt("reboot", 169, 0, 0, 0);
      attempt("kill-parent", 62, parent, 0, 0);
      attempt("prctl-pdeathsig", 157, 1, 0, 0);
      attempt("setrlimit", 160, 7, text, 0);
      attempt("ioctl-tunsetiff", 16, 0, 0x4004_54caL, text);
      attempt("x32-getpid", 0x4000_0000L | 39, 0, 0, 0);
      attempt("getpid", 39, 0, 0, 0);
    }
    try {
      setresuid(0, 0, 0);
      print("root-again", 0);
    } catch (LastErrorException e) {
      print("root-again", e.getErrorCode());
    }
    open("open-file", "/etc/passwd");
    open("open-proc", "/proc/self/status");
    Thread thread = new Thread(() -> attempt("execve-of-new-thread", 59, 0, 0, 0));
    thread.start();
    thread.join();
    try {
      new ProcessBuilder("/bin/true").start();
      print("java-exec", 0);
    } catch (IOException e) {
      print("java-exec", 1);
    }
    System.gc();
    print("still-alive", 0);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void open(String name, String path) {
    try {
      LibC.open(path, LibC.O_RDONLY);
      print(name, 0);
    } catch (ErrnoException e) {
      print(name, e.errno());
    }
  }

  private static void attempt(String name, long number, long a, long b, long c) {
    try {
      syscall(number, a, b, c, 0, 0);
      print(name, 0);
    } catch (LastErrorException e) {
      print(name, e.getErrorCode());
    }
  }

  private static void print(String name, int errno) {
    System.out.println(name + "=" + errno);
  }
}
