package dev.cloude.vmm.virtio.vsock;

/**
 * How much the guest allows to be sent to one of its sockets (virtio 1.2, section 5.10.6.3). Counts
 * run freely modulo 2^32. For one thread at a time.
 */
final class SendCredit {
  // A guest may promise 4 GiB. With no more than this under way, a difference has a sign.
  private static final long MAX_UNDER_WAY = 1L << 30;

  private long allocated;
  private int sent;
  private int forwarded;

  /**
   * Takes what a packet of the guest says.
   *
   * @return whether that can be: a guest cannot have taken more than it was sent
   */
  boolean update(int newAllocated, int newForwarded) {
    int newUnderWay = sent - newForwarded;
    if (newUnderWay < 0) {
      return false;
    }
    allocated = Math.min(MAX_UNDER_WAY, newAllocated & 0xffff_ffffL);
    // A packet made earlier may come later.
    if (newUnderWay < sent - forwarded) {
      forwarded = newForwarded;
    }
    return true;
  }

  /** Bytes that may be sent now. */
  int available() {
    return (int) Math.max(0, allocated - (sent - forwarded));
  }

  void sent(int bytes) {
    sent += bytes;
  }
}
