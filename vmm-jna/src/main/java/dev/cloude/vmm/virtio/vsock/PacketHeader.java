package dev.cloude.vmm.virtio.vsock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A private copy of {@code virtio_vsock_hdr} (virtio 1.2, section 5.10.6), little-endian:
 *
 * <pre>
 *  0 src_cid u64   16 src_port u32   24 len u32    30 op u16      36 buf_alloc u32
 *  8 dst_cid u64   20 dst_port u32   28 type u16   32 flags u32   40 fwd_cnt u32
 * </pre>
 *
 * Ports and counts are given as their 32 bits.
 */
final class PacketHeader {
  static final int BYTES = 44;

  /** The one {@code type} that is served: VIRTIO_VSOCK_TYPE_STREAM. */
  static final int STREAM = 1;

  private final byte[] bytes = new byte[BYTES];
  private final ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  /** What is to be read into, or written out. */
  byte[] bytes() {
    return bytes;
  }

  long sourceCid() {
    return fields.getLong(0);
  }

  long targetCid() {
    return fields.getLong(8);
  }

  int sourcePort() {
    return fields.getInt(16);
  }

  int targetPort() {
    return fields.getInt(20);
  }

  long length() {
    return fields.getInt(24) & 0xffff_ffffL;
  }

  int type() {
    return fields.getShort(28) & 0xffff;
  }

  int operation() {
    return fields.getShort(30) & 0xffff;
  }

  int flags() {
    return fields.getInt(32);
  }

  int allocated() {
    return fields.getInt(36);
  }

  int forwarded() {
    return fields.getInt(40);
  }

  /** Who sends to whom; everything else becomes 0, but for {@code type}. */
  void address(long sourceCid, int sourcePort, long targetCid, int targetPort, int type) {
    fields.putLong(0, sourceCid).putLong(8, targetCid).putInt(16, sourcePort);
    fields.putInt(20, targetPort).putInt(24, 0).putShort(28, (short) type).putShort(30, (short) 0);
    fields.putInt(32, 0).putInt(36, 0).putInt(40, 0);
  }

  void operation(int operation, int flags, int length) {
    fields.putShort(30, (short) operation).putInt(32, flags).putInt(24, length);
  }

  void credit(int allocated, int forwarded) {
    fields.putInt(36, allocated).putInt(40, forwarded);
  }
}
