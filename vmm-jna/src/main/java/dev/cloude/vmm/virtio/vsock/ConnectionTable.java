package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The connections of one guest, by their ports, and those that the host's program has still to
 * accept. Any thread; its lock is never held while a connection's is taken.
 */
final class ConnectionTable {
  /** The most that there are at a time, unaccepted ones that have ended already included. */
  static final int MAX_CONNECTIONS = 32;

  /**
   * The most of them that the guest has opened: the rest are the host's, whatever the guest does.
   */
  static final int MAX_OF_GUEST = 24;

  // Where the host's ports for connections of its own begin: far from any that is listened on.
  private static final int FIRST_OWN_PORT = 1 << 30;

  private final Outbox outbox;
  private final VsockCounters counters;
  private final LongSupplier clock;
  // All guarded by this.
  private final Map<Long, Connection> connections = new HashMap<>();
  private final Map<Integer, Queue<Connection>> unaccepted = new HashMap<>();
  private final Set<Integer> stopped = new HashSet<>();
  private int unacceptedEnded;
  private int nextOwnPort = FIRST_OWN_PORT;
  // Why there will be no more connections; null while there may be.
  private String over;
  private Runnable watcher = () -> {};

  /**
   * @param ports of the host that the guest can connect to
   */
  ConnectionTable(
      Collection<Integer> ports, Outbox outbox, VsockCounters counters, LongSupplier clock) {
    this.outbox = outbox;
    this.counters = counters;
    this.clock = clock;
    ports.forEach(port -> unaccepted.put(port, new ArrayDeque<>()));
  }

  /** The connection between these ports, or null. */
  synchronized Connection find(int hostPort, int guestPort) {
    return connections.get(key(hostPort, guestPort));
  }

  /** A connection that the guest opens between ports without one; null when it is not to be. */
  synchronized Connection open(int hostPort, int guestPort) {
    Queue<Connection> queue = unaccepted.get(hostPort);
    if (queue == null || stopped.contains(hostPort) || full() || ofGuest() >= MAX_OF_GUEST) {
      return null;
    }
    Connection connection = new Connection(hostPort, guestPort, false, outbox, counters, clock);
    connections.put(key(hostPort, guestPort), connection);
    queue.add(connection);
    notifyAll();
    watcher.run();
    return connection;
  }

  /** A connection that the host opens: the guest is asked, and has still to answer. */
  synchronized Connection request(int guestPort) throws IOException {
    if (over != null) {
      throw new IOException(over);
    }
    if (full()) {
      throw new IOException(
          "The guest has " + MAX_CONNECTIONS + " connections already, the most there may be.");
    }
    while (connections.containsKey(key(nextOwnPort, guestPort)) || nextOwnPort < FIRST_OWN_PORT) {
      nextOwnPort = nextOwnPort < FIRST_OWN_PORT ? FIRST_OWN_PORT : nextOwnPort + 1;
    }
    Connection connection = new Connection(nextOwnPort++, guestPort, true, outbox, counters, clock);
    connections.put(key(connection.hostPort(), guestPort), connection);
    outbox.wake(connection);
    return connection;
  }

  /**
   * The first connection to {@code port} that was not accepted yet, also when it has ended since.
   *
   * @throws SocketTimeoutException when none comes in time
   */
  synchronized Connection accept(int port, long nanos) throws IOException {
    Queue<Connection> queue = listened(port);
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
    return poll(port);
  }

  /** Has {@code all} run, under this lock, each time that the guest has opened a connection. */
  synchronized void watch(Runnable all) {
    watcher = all;
  }

  /** As {@link #accept}, without waiting: null when there is none. */
  synchronized Connection poll(int port) {
    Connection connection = listened(port).poll();
    if (connection != null && !connections.containsValue(connection)) {
      unacceptedEnded--;
    }
    return connection;
  }

  /** Lets no more connections to {@code port} begin; gives those that nobody will accept now. */
  synchronized List<Connection> stopListening(int port) {
    Queue<Connection> queue = listened(port);
    stopped.add(port);
    notifyAll();
    List<Connection> left = new ArrayList<>();
    while (!queue.isEmpty()) {
      left.add(poll(port));
    }
    return left;
  }

  private Queue<Connection> listened(int port) {
    Queue<Connection> queue = unaccepted.get(port);
    if (queue == null) {
      throw new IllegalArgumentException(
          String.format(
              "The guest cannot connect to port %d, only to %s.", port, unaccepted.keySet()));
    }
    return queue;
  }

  /** Takes out a connection that has ended. */
  synchronized void remove(Connection connection) {
    long key = key(connection.hostPort(), connection.guestPort());
    if (connections.remove(key, connection)) {
      Queue<Connection> queue = unaccepted.get(connection.hostPort());
      if (queue != null && queue.contains(connection)) {
        unacceptedEnded++;
      }
    }
  }

  synchronized int size() {
    return connections.size() + unacceptedEnded;
  }

  /**
   * The earliest time at which {@link #giveUp} has something to do, or {@link Connection#NEVER}.
   */
  synchronized long deadline() {
    long first = Connection.NEVER;
    for (Connection connection : connections.values()) {
      long deadline = connection.deadline();
      if (deadline != Connection.NEVER && (first == Connection.NEVER || deadline - first < 0)) {
        first = deadline;
      }
    }
    return first;
  }

  /** Resets the closed connections whose guest has done nothing for too long. */
  void giveUp(long now) {
    all().forEach(connection -> connection.giveUp(now));
  }

  /** Ends all connections; there may be new ones. */
  void endAll(String why) {
    for (Connection connection : all()) {
      connection.end(why);
      remove(connection);
    }
  }

  /** Ends all connections, for good. */
  void close(String why) {
    synchronized (this) {
      over = why;
      notifyAll();
    }
    endAll(why);
  }

  private synchronized List<Connection> all() {
    return List.copyOf(connections.values());
  }

  private boolean full() {
    return size() >= MAX_CONNECTIONS;
  }

  private int ofGuest() {
    int count = unacceptedEnded;
    for (Connection connection : connections.values()) {
      count += connection.hostPort() < FIRST_OWN_PORT ? 1 : 0;
    }
    return count;
  }

  private static long key(int hostPort, int guestPort) {
    return (long) hostPort << 32 | guestPort & 0xffff_ffffL;
  }
}
