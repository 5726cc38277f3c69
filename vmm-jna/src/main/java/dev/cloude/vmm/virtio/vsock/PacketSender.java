package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.virtio.Virtqueue;

/**
 * The way from the connections to the buffers that the guest has posted: refusals first, then each
 * connection that has something in turn, one packet at a time. For the device's thread.
 */
final class PacketSender {
  // After so many packets, or so many bytes, others have their turn.
  private static final int BURST = 256;
  private static final long BURST_BYTES = 1 << 20;

  private final Packet packet;
  private final ConnectionTable table;
  private final Outbox outbox;
  private final RateLimiter limiter;
  // Null while not active.
  private Virtqueue queue;
  // A chain was popped that no packet has been put into yet.
  private boolean holdsChain;
  // Packets may be waiting that nothing will tell of.
  private boolean unfinished;

  PacketSender(Packet packet, ConnectionTable table, Outbox outbox, RateLimiter limiter) {
    this.packet = packet;
    this.table = table;
    this.outbox = outbox;
    this.limiter = limiter;
  }

  void activate(Virtqueue active) {
    queue = active;
    holdsChain = false;
    unfinished = false;
  }

  void reset() {
    activate(null);
  }

  /** Nanoseconds until {@link #send} should be called in any case. */
  long delayNanos() {
    return unfinished ? limiter.delayNanos() : Long.MAX_VALUE;
  }

  /** Sends what is there, one burst at most. */
  void send() {
    if (queue == null) {
      return;
    }
    queue.disableKicks();
    unfinished = true;
    int sent = 0;
    long bytes = 0;
    for (int turns = 0; turns < BURST && bytes < BURST_BYTES && limiter.open(); turns++) {
      if (outbox.isEmpty() || !haveChain()) {
        unfinished = false;
        break;
      }
      if (make()) {
        queue.push(packet.chain().head(), packet.seal());
        holdsChain = false;
        bytes += packet.header().length();
        limiter.charge(packet.header().length());
        sent++;
      }
    }
    if (sent > 0) {
      queue.publish();
      queue.notifyDriver();
    }
  }

  // If there is none, the driver has been asked for a kick when it posts more.
  private boolean haveChain() {
    while (!holdsChain) {
      if (queue.pop(packet.chain())) {
        packet.openForWriting();
        holdsChain = true;
      } else if (!queue.enableKicks()) {
        return false;
      }
    }
    return true;
  }

  // Whether there is a packet now.
  private boolean make() {
    Outbox.Refusal refusal = outbox.nextRefusal();
    if (refusal != null) {
      packet
          .header()
          .address(
              refusal.sourceCid(),
              refusal.sourcePort(),
              Vsock.GUEST_CID,
              refusal.targetPort(),
              refusal.type());
      packet.header().operation(Operation.RST, 0, 0);
      return true;
    }
    Connection connection = outbox.nextConnection();
    if (connection == null) {
      return false;
    }
    packet
        .header()
        .address(
            Vsock.HOST_CID,
            connection.hostPort(),
            Vsock.GUEST_CID,
            connection.guestPort(),
            PacketHeader.STREAM);
    boolean made = connection.next(packet);
    if (connection.ended()) {
      table.remove(connection);
    } else if (made) {
      outbox.add(connection);
    }
    return made;
  }
}
