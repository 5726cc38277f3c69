package dev.cloude.vmm.net;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.FileHandle;
import dev.cloude.vmm.libc.LibC;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.net.NetException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A conversation with one of the kernel's netlink families: one request, its answer. Errors come
 * back as {@link ErrnoException} with the kernel's own words where it gives them. For one thread.
 */
final class NetlinkSocket implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_ROUTE = 0;
  private static final int NETLINK_NETFILTER = 12;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int MSG_TRUNC = 0x20;

  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;

  private static final int SECONDS = 5;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int DUMP_TRIES = 10;

  private final NativeBlock buffer = new NativeBlock(BUFFER_BYTES);
  private final FileHandle handle;
  private int sequence;

  private NetlinkSocket(int family) {
    handle = new FileHandle(LibC.socket(AF_NETLINK, SOCK_RAW | LibC.O_CLOEXEC, family));
    try {
      // struct timeval: an answer that never comes must not hold its caller for ever.
      buffer.bytes().putLong(0, SECONDS).putLong(8, 0);
      LibC.setsockopt(handle.fd(), SOL_SOCKET, SO_RCVTIMEO, buffer.address(), 16);
      buffer.bytes().putInt(0, 1);
      LibC.setsockopt(handle.fd(), SOL_NETLINK, NETLINK_CAP_ACK, buffer.address(), 4);
      LibC.setsockopt(handle.fd(), SOL_NETLINK, NETLINK_EXT_ACK, buffer.address(), 4);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** To speak of interfaces, addresses and neighbours. */
  static NetlinkSocket route() {
    return new NetlinkSocket(NETLINK_ROUTE);
  }

  /** To speak of the packet filter. */
  static NetlinkSocket netfilter() {
    return new NetlinkSocket(NETLINK_NETFILTER);
  }

  /** Sends a request that asks for an acknowledgement, and waits for it. */
  void request(NetlinkMessage message) {
    send(message);
    receive(payload -> {});
  }

  /**
   * Sends a request and gives each message of the answer, from after its header, to {@code each}. A
   * dump that changed while it was read is read again; {@code restart} is told first.
   */
  void query(NetlinkMessage message, Runnable restart, Consumer<ByteBuffer> each) {
    for (int i = 0; i < DUMP_TRIES; i++) {
      restart.run();
      send(message);
      if (receive(each)) {
        return;
      }
    }
    throw new NetException(
        Code.PROTOCOL,
        "The host's interfaces changed during each of "
            + DUMP_TRIES
            + " attempts to list them; try again.");
  }

  @Override
  public void close() {
    handle.close();
    buffer.close();
  }

  private void send(NetlinkMessage message) {
    byte[] bytes = message.encode(++sequence);
    buffer.bytes().put(0, bytes);
    LibC.send(handle.fd(), buffer.address(), bytes.length, 0);
  }

  // Returns false when a dump was interrupted by a change.
  private boolean receive(Consumer<ByteBuffer> each) {
    boolean consistent = true;
    while (true) {
      long length = LibC.recv(handle.fd(), buffer.address(), BUFFER_BYTES, MSG_TRUNC);
      if (length < 0 || length > BUFFER_BYTES) {
        throw new NetException(
            Code.PROTOCOL,
            length < 0
                ? "The kernel did not answer a netlink request within " + SECONDS + " s."
                : "The kernel answered with " + length + " bytes, more than " + BUFFER_BYTES + ".");
      }
      ByteBuffer rest = buffer.bytes().slice(0, (int) length).order(ByteOrder.LITTLE_ENDIAN);
      while (rest.remaining() >= NetlinkMessage.HEADER_BYTES) {
        int start = rest.position();
        int size = rest.getInt(start);
        if (size < NetlinkMessage.HEADER_BYTES || size > rest.remaining()) {
          throw new NetException(Code.PROTOCOL, "A netlink message has an impossible length.");
        }
        rest.position(Math.min(rest.limit(), start + ((size + 3) & ~3)));
        if (rest.getInt(start + 8) != sequence) {
          continue;
        }
        int type = rest.getShort(start + 4) & 0xffff;
        int flags = rest.getShort(start + 6) & 0xffff;
        consistent &= (flags & NLM_F_DUMP_INTR) == 0;
        ByteBuffer payload =
            rest.slice(start + NetlinkMessage.HEADER_BYTES, size - NetlinkMessage.HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        if (type == NLMSG_ERROR) {
          check(payload, flags);
          return consistent;
        }
        if (type == NLMSG_DONE) {
          check(payload, flags);
          return consistent;
        }
        each.accept(payload);
      }
    }
  }

  // struct nlmsgerr: error i32, then the header of the request, then attributes. The end of a dump
  // has only the error.
  private static void check(ByteBuffer payload, int flags) {
    int error = payload.limit() < 4 ? 0 : payload.getInt(0);
    if (error == 0) {
      return;
    }
    String why = "";
    int attributes = 4 + NetlinkMessage.HEADER_BYTES;
    if ((flags & NLM_F_ACK_TLVS) != 0 && payload.limit() >= attributes) {
      why = new NetlinkAttributes(payload.position(attributes)).text(NLMSGERR_ATTR_MSG);
    }
    throw new ErrnoException(why.isEmpty() ? "rtnetlink" : "rtnetlink (" + why + ")", -error);
  }
}
