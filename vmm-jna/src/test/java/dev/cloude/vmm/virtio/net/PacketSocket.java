package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import java.util.Optional;

/** An AF_PACKET socket on one interface: sees and sends raw frames on the host's side of a TAP. */
final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int ETH_P_ALL = 0x0300; // in network order
  private static final int SOL_PACKET = 263;
  private static final int PACKET_VNET_HDR = 15;
  private static final int VNET_HEADER = 10;
  private static final int MAX = 70_000;

  private final FileHandle handle;
  private final NativeBlock buffer = new NativeBlock(MAX);

  PacketSocket(String link) {
    handle =
        new FileHandle(
            LibC.socket(AF_PACKET, SOCK_RAW | LibC.O_NONBLOCK | LibC.O_CLOEXEC, ETH_P_ALL));
    buffer.bytes().putInt(0, 1);
    LibC.setsockopt(handle.fd(), SOL_PACKET, PACKET_VNET_HDR, buffer.address(), 4);
    // struct sockaddr_ll: family u16, protocol u16, index i32, then what only senders need.
    buffer.bytes().putShort(0, (short) AF_PACKET).putShort(2, (short) ETH_P_ALL);
    buffer.bytes().putInt(4, LibC.if_nametoindex(link)).putLong(8, 0);
    LibC.bind(handle.fd(), buffer.address(), 20);
  }

  /** Sends a frame behind the first 10 bytes of a virtio header; false when there is no room. */
  boolean send(byte[] header, byte[] frame) {
    buffer.bytes().put(0, header, 0, VNET_HEADER).put(VNET_HEADER, frame);
    long length = VNET_HEADER + frame.length;
    return LibC.send(handle.fd(), buffer.address(), length, 0) == length;
  }

  boolean send(byte[] frame) {
    return send(new byte[VNET_HEADER], frame);
  }

  /** The next frame that came from the guest or was sent to it by the host, without header. */
  Optional<byte[]> receive() {
    long length = LibC.recv(handle.fd(), buffer.address(), MAX, 0);
    if (length < VNET_HEADER) {
      return Optional.empty();
    }
    byte[] frame = new byte[(int) length - VNET_HEADER];
    buffer.bytes().get(VNET_HEADER, frame);
    return Optional.of(frame);
  }

  @Override
  public void close() {
    handle.close();
    buffer.close();
  }
}
