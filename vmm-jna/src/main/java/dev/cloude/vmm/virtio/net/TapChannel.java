package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.VectoredIo;

/**
 * Frames over the descriptor of a TAP device that was opened with {@code IFF_VNET_HDR}, a header of
 * 12 bytes, and {@code O_NONBLOCK}. The descriptor belongs to whoever opened it.
 */
public final class TapChannel implements FrameChannel {
  private static final long TUNSETOFFLOAD = 0x4004_54D0L;
  private static final int TUN_F_CSUM = 0x01;
  private static final int TUN_F_TSO4 = 0x02;
  private static final int TUN_F_TSO6 = 0x04;

  private final int fd;

  /**
   * @param fd must stay open until the device is closed
   */
  public TapChannel(int fd) {
    this.fd = fd;
  }

  @Override
  public int fd() {
    return fd;
  }

  @Override
  public long read(long iovecs, int count) {
    return VectoredIo.read(fd, iovecs, count);
  }

  @Override
  public long write(long iovecs, int count) {
    return VectoredIo.write(fd, iovecs, count);
  }

  @Override
  public void offload(boolean checksum, boolean segment4, boolean segment6) {
    // The kernel refuses segmentation without checksums, as the standard forbids it.
    int flags = checksum ? TUN_F_CSUM : 0;
    flags |= checksum && segment4 ? TUN_F_TSO4 : 0;
    flags |= checksum && segment6 ? TUN_F_TSO6 : 0;
    LibC.ioctl(fd, TUNSETOFFLOAD, flags);
  }
}
