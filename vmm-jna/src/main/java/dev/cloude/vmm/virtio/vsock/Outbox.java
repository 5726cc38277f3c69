package dev.cloude.vmm.virtio.vsock;

import dev.cloude.vmm.libc.EventFd;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Who has something for the guest: connections, each once, and refusals of packets that belong to
 * none. Any thread. Its lock is the last in any order.
 */
final class Outbox implements AutoCloseable {
  /** With so many refusals waiting, no more packets of the guest are taken. */
  static final int MAX_REFUSALS = 64;

  /** A reset for whoever sent a packet that cannot be. */
  record Refusal(long sourceCid, int sourcePort, int targetPort, int type) {}

  // All guarded by this.
  private final Queue<Connection> ready = new ArrayDeque<>();
  private final Queue<Refusal> refusals = new ArrayDeque<>();
  private final EventFd doorbell = new EventFd();
  private boolean closed;

  /** Readable when {@link #wake} was called and {@link #silence} not since. */
  int fd() {
    return doorbell.fd();
  }

  /** Notes that {@code connection} may have something, and wakes the device's thread. */
  synchronized void wake(Connection connection) {
    if (add(connection) && !closed) {
      doorbell.signal();
    }
  }

  /** As {@link #wake}, called by the device's thread itself. Returns whether it was not there. */
  synchronized boolean add(Connection connection) {
    if (connection.waitsInOutbox) {
      return false;
    }
    connection.waitsInOutbox = true;
    return ready.add(connection);
  }

  synchronized void refuse(PacketHeader header) {
    refusals.add(
        new Refusal(header.targetCid(), header.targetPort(), header.sourcePort(), header.type()));
  }

  synchronized boolean hasRoom() {
    return refusals.size() < MAX_REFUSALS;
  }

  synchronized boolean isEmpty() {
    return ready.isEmpty() && refusals.isEmpty();
  }

  /** Takes the next refusal, or null. */
  synchronized Refusal nextRefusal() {
    return refusals.poll();
  }

  /** Takes the next connection, or null. */
  synchronized Connection nextConnection() {
    Connection next = ready.poll();
    if (next != null) {
      next.waitsInOutbox = false;
    }
    return next;
  }

  synchronized void silence() {
    if (!closed) {
      doorbell.drain();
    }
  }

  synchronized void clear() {
    refusals.clear();
    while (nextConnection() != null) {}
  }

  @Override
  public synchronized void close() {
    clear();
    closed = true;
    doorbell.close();
  }
}
