package dev.cloude.vmm.child;

import dev.cloude.vmm.virtio.vsock.PolledVsock;
import dev.cloude.vmm.virtio.vsock.TimedWait;
import dev.cloude.vmm.virtio.vsock.Vsock;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The sockets of a guest in a child process. What the child says of them is taken as said by a
 * guest that has taken it over: at most {@link #MAX_OWN} connections that were opened here and
 * {@link #MAX_OF_GUEST} others, each with what {@link RemoteConnection} holds, and nothing that is
 * not in {@link SocketMessage}'s order. Any thread; its lock is never held while a connection's is
 * taken.
 */
final class RemoteVsock implements Vsock {
  /** The most at a time that were opened here. */
  static final int MAX_OWN = PolledVsock.MAX_CONNECTIONS;

  /** The most at a time that the guest has opened, until both sides have said their last. */
  static final int MAX_OF_GUEST = PolledVsock.MAX_OF_GUEST;

  private final Outgoing outgoing;
  // All guarded by this.
  private final Map<Integer, RemoteConnection> connections = new HashMap<>();
  private final Map<Integer, Queue<RemoteConnection>> unaccepted = new HashMap<>();
  private final Set<Integer> stopped = new HashSet<>();
  private int nextOwn;
  private int nextOfGuest = 1;
  // Why there will be no more connections; null while there may be.
  private String over;

  /**
   * @param ports of the host that the guest can connect to
   */
  RemoteVsock(Collection<Integer> ports, Outgoing outgoing) {
    this.outgoing = outgoing;
    ports.forEach(port -> unaccepted.put(port, new ArrayDeque<>()));
  }

  @Override
  public VsockConnection accept(int port, Duration limit) throws IOException {
    RemoteConnection connection = next(port, TimeUnit.NANOSECONDS.convert(limit));
    connection.accept();
    return connection;
  }

  private synchronized RemoteConnection next(int port, long nanos) throws IOException {
    Queue<RemoteConnection> queue = listened(port);
    TimedWait wait = new TimedWait(this, nanos);
    while (queue.isEmpty()) {
      if (over != null || stopped.contains(port)) {
        throw new IOException(
            over != null ? over : "The host listens on port " + port + " no more.");
      }
      if (!wait.await()) {
        throw new SocketTimeoutException(
            "The guest has not connected to port " + port + " in time.");
      }
    }
    return queue.remove();
  }

  @Override
  public void stopListening(int port) {
    List<RemoteConnection> left;
    synchronized (this) {
      Queue<RemoteConnection> queue = listened(port);
      if (stopped.add(port)) {
        outgoing.say(new SocketMessage.StopListening(port));
      }
      left = new ArrayList<>(queue);
      queue.clear();
      notifyAll();
    }
    left.forEach(RemoteConnection::close);
  }

  @Override
  public VsockConnection open(int port) throws IOException {
    RemoteConnection connection = request(port);
    outgoing.wake(connection);
    return connection;
  }

  private synchronized RemoteConnection request(int port) throws IOException {
    if (over != null) {
      throw new IOException(over);
    }
    if (count(false) >= MAX_OWN || nextOwn < 0) {
      throw new IOException(
          "The host has opened " + MAX_OWN + " connections already, the most there may be.");
    }
    RemoteConnection connection = new RemoteConnection(nextOwn, port, false, this, outgoing);
    connections.put(nextOwn, connection);
    nextOwn += 2;
    return connection;
  }

  /**
   * Takes what the child says.
   *
   * @throws MessageException when it cannot be meant
   */
  void take(SocketMessage message) throws MessageException {
    if (message instanceof SocketMessage.Arrived arrived) {
      takeArrived(arrived);
    } else if (message instanceof SocketMessage.Opened opened) {
      find(opened.id()).takeOpened();
    } else if (message instanceof SocketMessage.Data data) {
      find(data.id()).takeData(data.bytes());
    } else if (message instanceof SocketMessage.Credit credit) {
      find(credit.id()).takeCredit(credit.bytes());
    } else if (message instanceof SocketMessage.Ends ends) {
      find(ends.id()).takeEnds(ends.ends());
    } else if (message instanceof SocketMessage.Over last) {
      find(last.id()).takeOver(last.refused(), last.why());
    } else {
      throw new MessageException(
          "a message out of turn (" + message.getClass().getSimpleName() + ")");
    }
  }

  private void takeArrived(SocketMessage.Arrived arrived) throws MessageException {
    boolean unwanted;
    RemoteConnection connection;
    synchronized (this) {
      int port = arrived.hostPort();
      Queue<RemoteConnection> queue = unaccepted.get(port);
      if (arrived.id() != nextOfGuest || queue == null) {
        throw new MessageException(
            "a socket of the guest with the number " + arrived.id() + " to port " + port);
      }
      if (count(true) >= MAX_OF_GUEST) {
        throw new MessageException("more sockets of the guest than " + MAX_OF_GUEST);
      }
      nextOfGuest += 2;
      connection = new RemoteConnection(arrived.id(), arrived.guestPort(), true, this, outgoing);
      connections.put(arrived.id(), connection);
      unwanted = stopped.contains(port);
      if (!unwanted) {
        queue.add(connection);
        notifyAll();
      }
    }
    if (unwanted) {
      // The child has not heard of it yet.
      connection.close();
    }
  }

  /** Takes out a connection of which both sides have said their last. */
  synchronized void remove(RemoteConnection connection) {
    connections.remove(connection.id());
  }

  /** Ends all connections, for good. Idempotent. */
  void close(String why) {
    List<RemoteConnection> all;
    synchronized (this) {
      over = why;
      all = List.copyOf(connections.values());
      connections.clear();
      notifyAll();
    }
    all.forEach(connection -> connection.end(why));
  }

  synchronized int size() {
    return connections.size();
  }

  private synchronized RemoteConnection find(int id) throws MessageException {
    RemoteConnection connection = connections.get(id);
    if (connection == null) {
      throw new MessageException("word of a socket " + id + ", which there is not");
    }
    return connection;
  }

  private int count(boolean ofGuest) {
    int odd = ofGuest ? 1 : 0;
    return (int) connections.keySet().stream().filter(id -> (id & 1) == odd).count();
  }

  private Queue<RemoteConnection> listened(int port) {
    Queue<RemoteConnection> queue = unaccepted.get(port);
    if (queue == null) {
      throw new IllegalArgumentException(
          String.format(
              "The guest cannot connect to port %d, only to %s.", port, unaccepted.keySet()));
    }
    return queue;
  }
}
