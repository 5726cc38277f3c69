package dev.cloude.vmm.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The attributes of a received message, by type. Of a type that appears twice the last one counts.
 * Attributes that are cut short are left out.
 */
final class NetlinkAttributes {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

  private final Map<Integer, ByteBuffer> values = new HashMap<>();

  /** Reads attributes from the buffer's position to its limit. */
  NetlinkAttributes(ByteBuffer source) {
    ByteBuffer rest = source.slice().order(ByteOrder.LITTLE_ENDIAN);
    while (rest.remaining() >= HEADER_BYTES) {
      int start = rest.position();
      int length = rest.getShort(start) & 0xffff;
      if (length < HEADER_BYTES || length > rest.remaining()) {
        return;
      }
      int type = rest.getShort(start + 2) & TYPE_MASK;
      ByteBuffer value = rest.slice(start + HEADER_BYTES, length - HEADER_BYTES);
      values.put(type, value.order(ByteOrder.LITTLE_ENDIAN));
      rest.position(Math.min(rest.limit(), start + ((length + 3) & ~3)));
    }
  }

  boolean has(int type) {
    return values.containsKey(type);
  }

  /** A number, or 0 where there is none of 4 bytes. */
  int u32(int type) {
    ByteBuffer value = values.get(type);
    return value != null && value.limit() >= 4 ? value.getInt(0) : 0;
  }

  /** A number, or 0 where there is none. */
  int u8(int type) {
    ByteBuffer value = values.get(type);
    return value != null && value.limit() >= 1 ? value.get(0) & 0xff : 0;
  }

  /** The bytes, none where the attribute is missing. */
  byte[] bytes(int type) {
    ByteBuffer value = values.get(type);
    byte[] copy = new byte[value == null ? 0 : value.limit()];
    if (value != null) {
      value.get(0, copy);
    }
    return copy;
  }

  /** A text up to its zero byte; empty where the attribute is missing. */
  String text(int type) {
    byte[] raw = bytes(type);
    int length = 0;
    while (length < raw.length && raw[length] != 0) {
      length++;
    }
    return new String(raw, 0, length, StandardCharsets.UTF_8);
  }

  /** The attributes inside an attribute; none where it is missing. */
  NetlinkAttributes nested(int type) {
    ByteBuffer value = values.get(type);
    return new NetlinkAttributes(value == null ? ByteBuffer.allocate(0) : value.duplicate());
  }
}
