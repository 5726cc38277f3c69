package dev.cloude.vmm.libc;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** System calls that only tests need. */
public final class TestNatives {
  static {
    Native.register(TestNatives.class, "c");
  }

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int CLONE_NEWNET = 0x4000_0000;

  private TestNatives() {}

  /** Two connected, non-blocking descriptors that keep the bounds of what is sent. */
  public static int[] datagramPair() {
    try (NativeBlock pair = new NativeBlock(8)) {
      int type = SOCK_DGRAM | LibC.O_NONBLOCK | LibC.O_CLOEXEC;
      LibC.retry("socketpair", () -> socketpair(AF_UNIX, type, 0, pair.address()));
      return new int[] {pair.bytes().getInt(0), pair.bytes().getInt(4)};
    }
  }

  /** Puts the calling thread, and the threads that it starts, into an empty network namespace. */
  public static void enterNewNetworkNamespace() {
    LibC.retry("unshare(CLONE_NEWNET)", () -> unshare(CLONE_NEWNET));
  }

  private static native int socketpair(int domain, int type, int protocol, long pair)
      throws LastErrorException;

  private static native int unshare(int flags) throws LastErrorException;
}
