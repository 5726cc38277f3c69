package dev.cloude.vmm.virtio.vsock;

/**
 * What the guest has sent on one connection and its reader has not had yet, and how much of it the
 * guest is told to be gone (virtio 1.2, section 5.10.6.3). Counts run freely modulo 2^32. For one
 * thread at a time.
 */
final class Inbound {
  private final int limit;
  private final ByteRing bytes;
  // Taken out of the ring by somebody who holds them in their place.
  private int held;
  // Bytes gone to the reader, and what the guest was last told of that.
  private int forwarded;
  private int told;

  /**
   * @param limit bytes that the guest may send ahead of the reader, a power of two
   */
  Inbound(int limit) {
    this.limit = limit;
    this.bytes = new ByteRing(limit);
  }

  int size() {
    return bytes.size();
  }

  boolean isEmpty() {
    return bytes.isEmpty();
  }

  /** Bytes that the guest may still send. */
  int free() {
    return limit - bytes.size() - held;
  }

  void put(Packet packet) {
    packet.moveDataTo(bytes);
  }

  /** Takes up to so many bytes to the reader. */
  int read(byte[] target, int offset, int length) {
    int count = take(target, offset, length);
    forward(count);
    return count;
  }

  /** Takes up to so many bytes out to somebody who says by {@link #forward} when they are gone. */
  int take(byte[] target, int offset, int length) {
    int count = Math.min(length, bytes.size());
    bytes.take(target, offset, count);
    held += count;
    return count;
  }

  /**
   * Notes that so many bytes that were taken out have gone to the reader.
   *
   * @throws IllegalArgumentException when that many were not taken
   */
  void forward(int count) {
    if (count < 0 || count > held) {
      throw new IllegalArgumentException(
          count + " bytes cannot be gone where " + held + " were taken.");
    }
    held -= count;
    forwarded += count;
  }

  /** Whether the guest should be told; long before one that may send no more has to wait. */
  boolean owesCredit() {
    return forwarded - told >= limit / 2;
  }

  /** What to tell the guest. */
  int tell() {
    told = forwarded;
    return forwarded;
  }

  /** Forgets what nobody will read any more. */
  void clear() {
    bytes.clear();
  }
}
