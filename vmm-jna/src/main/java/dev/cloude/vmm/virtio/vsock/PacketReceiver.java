package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.virtio.RequestQueue;
import dev.cloude.vmm.virtio.Virtqueue;

/**
 * The way from the guest's queue of packets to the connections. For the device's thread.
 *
 * <p>Stops while too many refusals wait to be sent, and goes on when the guest has made room for
 * them: so a guest that asks and never listens costs nothing more.
 */
final class PacketReceiver implements RequestQueue.Server {
  // After so many bytes others have their turn.
  private static final long BURST_BYTES = 1 << 20;

  private final Packet packet;
  private final ConnectionTable table;
  private final Outbox outbox;
  private final VsockCounters counters;
  private final RequestQueue queue;

  PacketReceiver(
      Packet packet,
      ConnectionTable table,
      Outbox outbox,
      RateLimiter limiter,
      VsockCounters counters) {
    this.packet = packet;
    this.table = table;
    this.outbox = outbox;
    this.counters = counters;
    this.queue = new RequestQueue(limiter, packet.chain(), BURST_BYTES, this);
  }

  void activate(Virtqueue active) {
    queue.activate(active);
  }

  void reset() {
    queue.reset();
  }

  /** Nanoseconds until {@link #receive} should be called without a kick. */
  long delayNanos() {
    return queue.delayNanos();
  }

  /** Takes the packets that are there, one burst at most. */
  void receive() {
    queue.resume();
  }

  @Override
  public long serve() {
    packet.open();
    take();
    return packet.header().length();
  }

  // The guest's packets are only read.
  @Override
  public long written(long bytes) {
    return 0;
  }

  @Override
  public boolean ready() {
    return outbox.hasRoom();
  }

  private void take() {
    PacketHeader header = packet.header();
    if (header.sourceCid() != Vsock.GUEST_CID) {
      // Not the guest's address: there is nobody to answer to.
      counters.violations.increment();
      return;
    }
    if (header.targetCid() != Vsock.HOST_CID || header.type() != PacketHeader.STREAM) {
      counters.violations.increment();
      refuse();
      return;
    }
    Connection connection = table.find(header.targetPort(), header.sourcePort());
    if (connection != null) {
      connection.take(packet);
      after(connection);
    } else if (header.operation() == Operation.REQUEST) {
      open();
    } else {
      // Perhaps it had not yet heard of the connection's end.
      refuse();
    }
  }

  private void open() {
    PacketHeader header = packet.header();
    Connection connection = table.open(header.targetPort(), header.sourcePort());
    if (connection == null) {
      counters.refused.increment();
      refuse();
    } else {
      counters.accepted.increment();
      connection.greet(header);
      after(connection);
    }
  }

  private void after(Connection connection) {
    if (connection.ended()) {
      table.remove(connection);
    } else {
      outbox.add(connection);
    }
  }

  private void refuse() {
    // A reset is never answered with another.
    if (packet.header().operation() != Operation.RST) {
      outbox.refuse(packet.header());
    }
  }
}
