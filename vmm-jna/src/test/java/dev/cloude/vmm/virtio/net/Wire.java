package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.libc.TestNatives;
import dev.cloude.vmm.libc.VectoredIo;
import java.util.Optional;

/** A channel whose other end is in the test's hand: a pair of datagram sockets. */
final class Wire implements FrameChannel, AutoCloseable {
  private static final int MAX = 70_000;

  private final int[] pair = TestNatives.datagramPair();
  private final NativeBlock buffer = new NativeBlock(MAX);
  String offload = "";
  // Error number that each read or write gives instead of what it would do; 0 for none.
  int readError;
  int writeError;

  @Override
  public int fd() {
    return pair[0];
  }

  @Override
  public long read(long iovecs, int count) {
    if (readError != 0) {
      return -readError;
    }
    return VectoredIo.read(pair[0], iovecs, count);
  }

  @Override
  public long write(long iovecs, int count) {
    return writeError != 0 ? -writeError : VectoredIo.write(pair[0], iovecs, count);
  }

  @Override
  public void offload(boolean checksum, boolean segment4, boolean segment6) {
    offload = checksum + " " + segment4 + " " + segment6;
  }

  /** Sends one frame towards the guest; false when the wire is full. */
  boolean send(byte[] frame) {
    buffer.bytes().put(0, frame);
    try {
      return LibC.send(pair[1], buffer.address(), frame.length, 0) == frame.length;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOBUFS) {
        return false;
      }
      throw e;
    }
  }

  /** The next frame from the guest. */
  Optional<byte[]> receive() {
    long length = LibC.recv(pair[1], buffer.address(), MAX, 0);
    if (length < 0) {
      return Optional.empty();
    }
    byte[] frame = new byte[(int) length];
    buffer.bytes().get(0, frame);
    return Optional.of(frame);
  }

  @Override
  public void close() {
    LibC.close(pair[0]);
    LibC.close(pair[1]);
    buffer.close();
  }
}
