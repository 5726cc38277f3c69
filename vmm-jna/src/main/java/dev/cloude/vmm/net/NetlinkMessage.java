package dev.cloude.vmm.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Builds one netlink request: header, the fixed part of its type, attributes. All numbers are in
 * the host's order, little-endian here; everything is aligned to 4 bytes.
 */
final class NetlinkMessage {
  static final int HEADER_BYTES = 16;
  private static final int MAX_BYTES = 4096;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int NLA_F_NESTED = 0x8000;

  private final ByteBuffer buffer =
      ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN).position(HEADER_BYTES);
  private final Deque<Integer> open = new ArrayDeque<>();
  private final int type;
  private final int flags;

  /**
   * @param type {@code RTM_…}
   * @param flags {@code NLM_F_…}
   */
  NetlinkMessage(int type, int flags) {
    this.type = type;
    this.flags = flags;
  }

  /** {@code struct ifinfomsg}. */
  NetlinkMessage linkHeader(int family, int index, int linkFlags, int changeMask) {
    buffer.put((byte) family).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(linkFlags).putInt(changeMask);
    return this;
  }

  /** {@code struct ifaddrmsg}. */
  NetlinkMessage addressHeader(int family, int prefix, int index) {
    buffer.put((byte) family).put((byte) prefix).put((byte) 0).put((byte) 0).putInt(index);
    return this;
  }

  /** {@code struct ndmsg}. */
  NetlinkMessage neighbourHeader(int family, int index, int state, int neighbourFlags) {
    buffer.put((byte) family).put((byte) 0).putShort((short) 0).putInt(index);
    buffer.putShort((short) state).put((byte) neighbourFlags).put((byte) 0);
    return this;
  }

  /** {@code struct nfgenmsg}, of version 0 and for no resource. */
  NetlinkMessage filterHeader(int family) {
    buffer.put((byte) family).put((byte) 0).putShort((short) 0);
    return this;
  }

  NetlinkMessage attribute(int attribute, byte[] value) {
    buffer.putShort((short) (ATTRIBUTE_HEADER + value.length)).putShort((short) attribute);
    buffer.put(value);
    align();
    return this;
  }

  /** A text, with the zero byte that ends it. */
  NetlinkMessage attribute(int attribute, String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return attribute(attribute, Arrays.copyOf(text, text.length + 1));
  }

  NetlinkMessage attributeU8(int attribute, int value) {
    return attribute(attribute, new byte[] {(byte) value});
  }

  NetlinkMessage attributeU32(int attribute, int value) {
    byte[] bytes = new byte[4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    return attribute(attribute, bytes);
  }

  /** Starts an attribute that holds attributes; {@link #end} closes it. */
  NetlinkMessage begin(int attribute) {
    open.push(buffer.position());
    buffer.putShort((short) 0).putShort((short) (attribute | NLA_F_NESTED));
    return this;
  }

  NetlinkMessage end() {
    int start = open.pop();
    buffer.putShort(start, (short) (buffer.position() - start));
    return this;
  }

  /** The finished message with its sequence number. */
  byte[] encode(int sequence) {
    if (!open.isEmpty()) {
      throw new IllegalStateException("A nested attribute was not ended.");
    }
    int length = buffer.position();
    buffer.putInt(0, length).putShort(4, (short) type).putShort(6, (short) flags);
    buffer.putInt(8, sequence).putInt(12, 0);
    return Arrays.copyOf(buffer.array(), length);
  }

  private void align() {
    while (buffer.position() % 4 != 0) {
      buffer.put((byte) 0);
    }
  }
}
