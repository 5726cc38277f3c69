package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One connection, as the device's thread and the host's programs share it. What it has for the
 * guest it tells the {@link Outbox}, and the device then asks for it.
 *
 * <pre>
 * REQUESTED ──▶ OPEN ──▶ ENDED      REQUESTED only when the host asked; ENDED when no packet is
 *     └───────────────────▲         to be sent nor expected any more
 * </pre>
 *
 * All methods take this object's lock, which comes before those of the outbox and of the watcher.
 * Longer than most classes because of that one lock: all that a packet can change is here.
 */
final class Connection {
  /** Bytes that the guest may send ahead of the reader: what it is told as {@code buf_alloc}. */
  static final int RECEIVE_BYTES = 256 << 10;

  /** Bytes that the host's program may write ahead of the guest. */
  static final int SEND_BYTES = 64 << 10;

  /** How long a closed connection waits for the guest to do something, as in Linux. */
  static final long LINGER_NANOS = 8_000_000_000L;

  /** No time at which the connection is to be given up. */
  static final long NEVER = Long.MAX_VALUE;

  private enum Phase {
    REQUESTED,
    OPEN,
    ENDED
  }

  /** Guarded by the outbox's lock. */
  boolean waitsInOutbox;

  private Runnable watcher = () -> {};

  private final int hostPort;
  private final int guestPort;
  private final Outbox outbox;
  private final VsockCounters counters;
  private final LongSupplier clock;
  private final Inbound received = new Inbound(RECEIVE_BYTES);
  private final ByteRing toSend = new ByteRing(SEND_BYTES);
  private final SendCredit credit = new SendCredit();

  private Phase phase;
  // Why it cannot be used any more; null while it can, and when the guest has ended it in order.
  private IOException failure;
  private boolean closed;
  private boolean answered;
  private boolean guestSendsNoMore;
  private boolean guestReceivesNoMore;
  // What is to be sent.
  private boolean owesOpening = true;
  private boolean owesReset;
  private boolean owesCredit;
  private boolean askedForCredit;
  private int shutdownWanted;
  private int shutdownSent;
  // Since the watcher last asked.
  private int sentBytes;
  // On the clock; NEVER unless closed and waiting for the guest.
  private volatile long deadline = NEVER;

  /**
   * @param requested whether the host opens it; else the guest does
   * @param clock nanoseconds that never run backwards
   */
  Connection(
      int hostPort,
      int guestPort,
      boolean requested,
      Outbox outbox,
      VsockCounters counters,
      LongSupplier clock) {
    this.hostPort = hostPort;
    this.guestPort = guestPort;
    this.phase = requested ? Phase.REQUESTED : Phase.OPEN;
    this.outbox = outbox;
    this.counters = counters;
    this.clock = clock;
  }

  int hostPort() {
    return hostPort;
  }

  int guestPort() {
    return guestPort;
  }

  /** When it is to be given up, on the clock, or {@link #NEVER}. */
  long deadline() {
    return deadline;
  }

  synchronized boolean ended() {
    return phase == Phase.ENDED;
  }

  /** Bytes that can be read without waiting. */
  synchronized int available() {
    return received.size();
  }

  /** Bytes that can be written without waiting. */
  synchronized int room() {
    return toSend.free();
  }

  /** Waits until the guest has taken it. */
  synchronized void awaitOpen(long nanos) throws IOException {
    TimedWait wait = new TimedWait(this, nanos);
    while (phase == Phase.REQUESTED && failure == null && !closed) {
      if (!wait.await()) {
        throw new SocketTimeoutException(
            "The guest has not answered a connection to its port "
                + Integer.toUnsignedLong(guestPort)
                + " in time.");
      }
    }
    check();
  }

  /**
   * As {@link java.io.InputStream#read(byte[], int, int)}, for a length that is not 0.
   *
   * @throws SocketTimeoutException when nothing comes in time
   */
  synchronized int read(byte[] target, int offset, int length, long nanos) throws IOException {
    TimedWait wait = new TimedWait(this, nanos);
    while (received.isEmpty()) {
      if (guestSendsNoMore && !closed) {
        return -1;
      }
      check();
      if (!wait.await()) {
        throw new SocketTimeoutException("The guest has sent nothing in time.");
      }
    }
    int count = received.read(target, offset, length);
    giveCredit();
    return count;
  }

  /** Waits until all is on its way to the guest, in its order. */
  synchronized void write(byte[] source, int offset, int length) throws IOException {
    TimedWait wait = new TimedWait(this, TimedWait.FOREVER);
    int done = 0;
    while (done < length) {
      check();
      if (shutdownWanted != 0) {
        throw new IOException("The connection's output was shut down; nothing can be written.");
      }
      if (guestReceivesNoMore) {
        throw new IOException("The guest receives nothing more on this connection.");
      }
      int part = Math.min(length - done, toSend.free());
      if (part == 0) {
        wait.await();
      } else {
        toSend.put(source, offset + done, part);
        done += part;
        outbox.wake(this);
      }
    }
  }

  /**
   * Has {@code all} run each time that {@link #poll} may have something new: by any thread, under
   * this object's lock.
   */
  synchronized void watch(Runnable all) {
    watcher = all;
  }

  /** What has become of it, and the next bytes; never waits. See {@link PolledConnection#poll}. */
  synchronized PolledConnection.Progress poll(byte[] target) {
    int bytes = closed ? 0 : received.take(target, 0, target.length);
    int sent = sentBytes;
    sentBytes = 0;
    int ends = guestReceivesNoMore ? Operation.SHUTDOWN_RECEIVE : 0;
    ends |= guestSendsNoMore && received.isEmpty() ? Operation.SHUTDOWN_SEND : 0;
    boolean over =
        received.isEmpty() && (closed || failure != null || owesReset || phase == Phase.ENDED);
    return new PolledConnection.Progress(
        answered, bytes, sent, ends, over, Optional.ofNullable(failure));
  }

  /** Takes it that so many of the bytes that were polled have been read. */
  synchronized void forward(int bytes) {
    received.forward(bytes);
    giveCredit();
  }

  /**
   * Has bytes sent to the guest, as {@link #write}, but never waits: drops them when nobody would
   * get them.
   *
   * @throws IllegalArgumentException when there is no room for all
   */
  synchronized void offer(byte[] source) {
    if (!closed && failure == null && shutdownWanted == 0 && !guestReceivesNoMore) {
      toSend.put(source, 0, source.length);
      outbox.wake(this);
    }
  }

  /** Tells the guest that nothing more will come, after all that was written. Idempotent. */
  synchronized void shutdownOutput() throws IOException {
    check();
    shutdownWanted |= Operation.SHUTDOWN_SEND;
    changed();
    outbox.wake(this);
  }

  /** Ends it for the host; the guest still gets what was written. Idempotent. */
  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    received.clear();
    if (phase == Phase.REQUESTED && owesOpening) {
      phase = Phase.ENDED;
    } else if (phase == Phase.REQUESTED) {
      owesReset = true;
    } else if (phase == Phase.OPEN && !owesReset) {
      shutdownWanted = Operation.SHUTDOWN_BOTH;
      deadline = clock.getAsLong() + LINGER_NANOS;
    }
    changed();
    outbox.wake(this);
  }

  /** Ends it at once: there is nobody any more who could be told. */
  synchronized void end(String why) {
    if (phase != Phase.ENDED) {
      fail(new IOException(why));
      end();
    }
  }

  /** Resets it if it is closed and the guest has done nothing for too long. */
  synchronized void giveUp(long now) {
    if (deadline != NEVER && deadline - now <= 0 && phase == Phase.OPEN) {
      reset(null);
    }
  }

  /** Takes the credit of the request by which the guest opened it. */
  synchronized void greet(PacketHeader header) {
    if (!credit.update(header.allocated(), header.forwarded())) {
      violate("more taken than it was sent");
    }
  }

  /**
   * Takes a packet of the guest that belongs here; what it then has to say is for {@link #next}.
   */
  synchronized void take(Packet packet) {
    PacketHeader header = packet.header();
    int operation = header.operation();
    if (operation == Operation.RST) {
      if (phase == Phase.REQUESTED) {
        fail(
            new ConnectException(
                "The guest refuses connections to its port "
                    + Integer.toUnsignedLong(guestPort)
                    + "."));
      }
      fail(new IOException("The guest has reset the connection."));
      end();
    } else if (phase != Phase.ENDED && !owesReset) {
      boolean answer = operation == Operation.RESPONSE;
      if (phase == Phase.REQUESTED ? owesOpening || !answer : answer) {
        violate("a packet of operation " + operation + " out of turn");
      } else if (!credit.update(header.allocated(), header.forwarded())) {
        violate("more taken than it was sent");
      } else {
        askedForCredit &= credit.available() == 0;
        takeOpen(operation, packet);
      }
    }
  }

  /**
   * Makes the next packet to the guest, all but its addresses.
   *
   * @param packet opened for writing
   * @return false when there is none
   */
  synchronized boolean next(Packet packet) {
    PacketHeader header = packet.header();
    if (phase == Phase.ENDED) {
      return false;
    }
    int bytes = phase == Phase.OPEN ? Math.min(toSend.size(), credit.available()) : 0;
    if (owesReset) {
      header.operation(Operation.RST, 0, 0);
      end();
    } else if (owesOpening) {
      owesOpening = false;
      header.operation(phase == Phase.OPEN ? Operation.RESPONSE : Operation.REQUEST, 0, 0);
    } else if (phase == Phase.REQUESTED) {
      return false;
    } else if (bytes > 0) {
      send(packet, Math.min(bytes, packet.room()));
    } else if (!toSend.isEmpty() && !askedForCredit) {
      askedForCredit = true;
      header.operation(Operation.CREDIT_REQUEST, 0, 0);
    } else if (owesCredit) {
      header.operation(Operation.CREDIT_UPDATE, 0, 0);
    } else if (toSend.isEmpty() && shutdownWanted != shutdownSent) {
      shutdownSent = shutdownWanted;
      header.operation(Operation.SHUTDOWN, shutdownSent, 0);
    } else {
      return false;
    }
    owesCredit = false;
    header.credit(RECEIVE_BYTES, received.tell());
    return true;
  }

  private void send(Packet packet, int bytes) {
    packet.takeDataFrom(toSend, bytes);
    packet.header().operation(Operation.RW, 0, bytes);
    credit.sent(bytes);
    counters.sentBytes.add(bytes);
    sentBytes += bytes;
    if (deadline != NEVER) {
      deadline = clock.getAsLong() + LINGER_NANOS;
    }
    changed();
  }

  private void takeOpen(int operation, Packet packet) {
    switch (operation) {
      case Operation.RESPONSE -> {
        phase = Phase.OPEN;
        answered = true;
        counters.opened.increment();
        changed();
      }
      case Operation.RW -> takeData(packet);
      case Operation.SHUTDOWN -> takeShutdown(packet.header().flags());
      case Operation.CREDIT_UPDATE -> {}
      case Operation.CREDIT_REQUEST -> owesCredit = true;
      default -> violate("a packet of operation " + operation + ", which is not one of a stream's");
    }
  }

  private void takeData(Packet packet) {
    long length = packet.header().length();
    if (guestSendsNoMore) {
      violate("data after its end");
    } else if (closed) {
      // The guest has not heard of it yet.
      return;
    } else if (length > received.free()) {
      violate(length + " bytes where it had credit for " + received.free());
    } else {
      received.put(packet);
      counters.receivedBytes.add(length);
      changed();
    }
  }

  private void takeShutdown(int flags) {
    guestSendsNoMore |= (flags & Operation.SHUTDOWN_SEND) != 0;
    guestReceivesNoMore |= (flags & Operation.SHUTDOWN_RECEIVE) != 0;
    if (guestReceivesNoMore) {
      toSend.clear();
    }
    if (guestReceivesNoMore && guestSendsNoMore) {
      // The standard's end in order: a reset says that it was understood.
      owesReset = true;
      deadline = NEVER;
    }
    changed();
  }

  private void giveCredit() {
    if (received.owesCredit()) {
      owesCredit = true;
      outbox.wake(this);
    }
  }

  private void changed() {
    notifyAll();
    watcher.run();
  }

  private void violate(String what) {
    counters.violations.increment();
    reset(new IOException("The connection was reset: the guest has sent " + what + "."));
  }

  private void reset(IOException why) {
    owesReset = true;
    deadline = NEVER;
    fail(why);
    toSend.clear();
    changed();
    outbox.add(this);
  }

  // The first reason counts.
  private void fail(IOException why) {
    if (failure == null) {
      failure = why;
    }
  }

  private void end() {
    phase = Phase.ENDED;
    deadline = NEVER;
    toSend.clear();
    changed();
  }

  private void check() throws IOException {
    if (closed) {
      throw new IOException("The connection was closed.");
    }
    if (failure != null) {
      // A new one each time: its trace is the caller's.
      throw failure instanceof ConnectException
          ? new ConnectException(failure.getMessage())
          : new IOException(failure.getMessage());
    }
  }
}
