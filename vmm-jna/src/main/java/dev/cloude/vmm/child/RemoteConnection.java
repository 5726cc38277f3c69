package dev.cloude.vmm.child;

import dev.cloude.vmm.virtio.vsock.ByteRing;
import dev.cloude.vmm.virtio.vsock.PolledConnection;
import dev.cloude.vmm.virtio.vsock.StreamedConnection;
import dev.cloude.vmm.virtio.vsock.TimedWait;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A connection with a guest in a child process. Holds at most {@link #RECEIVE_BYTES} that nobody
 * has read and {@link #SEND_BYTES} that the child has not been sent, whatever the child does. The
 * host's programs, the thread that hears the child ({@code take...}) and the one that speaks to it
 * ({@link #next}) share it.
 *
 * <p>All methods take this object's lock, which comes before those of the table and of {@link
 * Outgoing}.
 */
final class RemoteConnection extends StreamedConnection {
  static final int RECEIVE_BYTES = PolledConnection.RECEIVE_BYTES;
  static final int SEND_BYTES = PolledConnection.SEND_BYTES;

  /** Guarded by the lock of {@link Outgoing}. */
  boolean waitsInOutgoing;

  private final int id;
  private final int guestPort;
  private final RemoteVsock table;
  private final Outgoing outgoing;
  private final ByteRing received = new ByteRing(RECEIVE_BYTES);
  private final ByteRing toSend = new ByteRing(SEND_BYTES);

  // Bytes that the child may still send. With what is in the ring and read: RECEIVE_BYTES.
  private int granted = RECEIVE_BYTES;
  // Read here, which the child has not been told yet.
  private int read;
  // Sent to the child, and not from there to the guest yet. With the ring at most SEND_BYTES.
  private int underWay;
  // What the child has said.
  private boolean opened;
  private int ends;
  private boolean over;
  // What the host's program wants, and what the child was told of that.
  private boolean accepted;
  private boolean shutdown;
  private boolean closed;
  private boolean announced;
  private boolean shutdownSaid;
  private boolean closeSaid;
  // Why it cannot be used any more; null while it can, and when the guest has ended it in order.
  private IOException failure;

  /**
   * @param guestPort as 32 bits
   * @param ofGuest whether the guest has opened it; else it is to be asked
   */
  RemoteConnection(int id, int guestPort, boolean ofGuest, RemoteVsock table, Outgoing outgoing) {
    this.id = id;
    this.guestPort = guestPort;
    this.table = table;
    this.outgoing = outgoing;
    opened = ofGuest;
    announced = ofGuest;
    accepted = !ofGuest;
  }

  int id() {
    return id;
  }

  @Override
  public long guestPort() {
    return Integer.toUnsignedLong(guestPort);
  }

  /** Notes that a program has it now. */
  synchronized void accept() {
    accepted = true;
    outgoing.wake(this);
  }

  @Override
  public synchronized void awaitOpen(Duration limit) throws IOException {
    TimedWait wait = new TimedWait(this, TimeUnit.NANOSECONDS.convert(limit));
    while (!opened && failure == null && !closed) {
      if (!wait.await()) {
        throw new SocketTimeoutException(
            "The guest has not answered a connection to its port " + guestPort() + " in time.");
      }
    }
    check();
  }

  @Override
  protected synchronized int available() {
    return received.size();
  }

  @Override
  protected synchronized int read(byte[] target, int offset, int length, long nanos)
      throws IOException {
    TimedWait wait = new TimedWait(this, nanos);
    while (received.isEmpty()) {
      if (hasEnded(PolledConnection.SENDS_NO_MORE) && !closed) {
        return -1;
      }
      check();
      if (!wait.await()) {
        throw new SocketTimeoutException("The guest has sent nothing in time.");
      }
    }
    int count = Math.min(length, received.size());
    received.take(target, offset, count);
    read += count;
    if (owesCredit()) {
      outgoing.wake(this);
    }
    return count;
  }

  @Override
  protected synchronized void write(byte[] source, int offset, int length) throws IOException {
    TimedWait wait = new TimedWait(this, TimedWait.FOREVER);
    int done = 0;
    while (done < length) {
      check();
      if (shutdown) {
        throw new IOException("The connection's output was shut down; nothing can be written.");
      }
      if (hasEnded(PolledConnection.RECEIVES_NO_MORE)) {
        throw new IOException("The guest receives nothing more on this connection.");
      }
      int part = Math.min(length - done, toSend.free() - underWay);
      if (part == 0) {
        wait.await();
      } else {
        toSend.put(source, offset + done, part);
        done += part;
        outgoing.wake(this);
      }
    }
  }

  @Override
  public synchronized void shutdownOutput() throws IOException {
    check();
    shutdown = true;
    notifyAll();
    outgoing.wake(this);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      received.clear();
      notifyAll();
      outgoing.wake(this);
    }
  }

  /** Ends it at once: there is nobody any more who could be told. */
  synchronized void end(String why) {
    if (!over) {
      fail(new IOException(why));
    }
    over = true;
    closeSaid = true;
    toSend.clear();
    notifyAll();
  }

  /** The next message about it, or none for now. What it says is then true: it is sent in turn. */
  synchronized Optional<Message> next() {
    if (closeSaid) {
      return Optional.empty();
    }
    if (!announced && closed) {
      closeSaid = true;
      table.remove(this);
      return Optional.empty();
    }
    if (!announced) {
      announced = true;
      return Optional.of(new SocketMessage.Open(id, guestPort));
    }
    if (!toSend.isEmpty()) {
      return Optional.of(data());
    }
    if (closed || over && accepted) {
      closeSaid = true;
      if (over) {
        table.remove(this);
      }
      return Optional.of(new SocketMessage.Close(id));
    }
    if (owesCredit()) {
      int more = read;
      granted += more;
      read = 0;
      return Optional.of(new SocketMessage.Credit(id, more));
    }
    if (shutdown && !shutdownSaid && !over) {
      shutdownSaid = true;
      return Optional.of(new SocketMessage.Ends(id, PolledConnection.SENDS_NO_MORE));
    }
    return Optional.empty();
  }

  private Message data() {
    byte[] bytes = new byte[Math.min(toSend.size(), SocketMessage.MAX_DATA)];
    toSend.take(bytes, 0, bytes.length);
    underWay += bytes.length;
    return new SocketMessage.Data(id, bytes);
  }

  synchronized void takeOpened() throws MessageException {
    demand(announced && !opened && !over, "the opening");
    opened = true;
    notifyAll();
  }

  synchronized void takeData(byte[] bytes) throws MessageException {
    demand(opened && !over && !hasEnded(PolledConnection.SENDS_NO_MORE), "data");
    if (bytes.length > granted) {
      throw new MessageException(
          bytes.length + " bytes of socket " + id + " where it had credit for " + granted);
    }
    granted -= bytes.length;
    // What was on its way when it was closed is nobody's.
    if (!closed) {
      received.put(bytes, 0, bytes.length);
      notifyAll();
    }
  }

  synchronized void takeCredit(int bytes) throws MessageException {
    demand(opened && !over && bytes <= underWay, "credit for " + bytes + " bytes");
    underWay -= bytes;
    notifyAll();
  }

  synchronized void takeEnds(int more) throws MessageException {
    demand(opened && !over && (more & ends) == 0, "the end " + more);
    ends |= more;
    if (hasEnded(PolledConnection.RECEIVES_NO_MORE)) {
      toSend.clear();
    }
    notifyAll();
  }

  synchronized void takeOver(boolean refused, String why) throws MessageException {
    demand(announced && !over && !(refused && opened), "the last word");
    over = true;
    if (refused) {
      fail(new ConnectException("The guest refuses connections to its port " + guestPort() + "."));
    } else if (!why.isEmpty()) {
      fail(new IOException(why));
    } else if (ends != (PolledConnection.SENDS_NO_MORE | PolledConnection.RECEIVES_NO_MORE)) {
      fail(new IOException("The guest has reset the connection."));
    }
    toSend.clear();
    notifyAll();
    if (closeSaid) {
      table.remove(this);
    } else {
      outgoing.wake(this);
    }
  }

  private void demand(boolean right, String what) throws MessageException {
    if (!right) {
      throw new MessageException(what + " of socket " + id + " out of turn");
    }
  }

  // Seldom enough to be cheap; long before a guest that may send no more has to wait.
  private boolean owesCredit() {
    return read >= RECEIVE_BYTES / 2 && !over && !hasEnded(PolledConnection.SENDS_NO_MORE);
  }

  // Whether the guest has said that it does so no more.
  private boolean hasEnded(int end) {
    return (ends & end) != 0;
  }

  // The first reason counts.
  private void fail(IOException why) {
    if (failure == null) {
      failure = why;
    }
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
