package dev.cloude.vmm.child;

import dev.cloude.vmm.virtio.vsock.PolledConnection;
import dev.cloude.vmm.virtio.vsock.PolledVsock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The child's end of a guest's sockets: one thread tells the parent what becomes of all
 * connections; what the parent says is done at once by whoever hears it. Holds no bytes of its own:
 * what the guest sends and is sent stays in its device until the other side has room, so that
 * nothing here waits for one connection.
 *
 * <p>Its lock is the last in any order.
 */
final class SocketRelay {
  private final PolledVsock sockets;
  private final List<Integer> ports;
  private final MessageWriter out;
  private final Consumer<Exception> failed;
  private final Thread thread = new Thread(this::run, "vm-sockets");

  // All guarded by this.
  private final Map<Integer, RelayedConnection> connections = new HashMap<>();
  private final Queue<RelayedConnection> changed = new ArrayDeque<>();
  private int ofGuest;
  private boolean arrivals;
  private boolean finishing;

  // The thread's own.
  private int nextOfGuest = 1;

  // Of who hears the parent: those for which there was no room, until the parent's last word.
  private final Set<Integer> neverOpened = new HashSet<>();

  private SocketRelay(
      PolledVsock sockets,
      Collection<Integer> ports,
      MessageWriter out,
      Consumer<Exception> failed) {
    this.sockets = sockets;
    this.ports = List.copyOf(ports);
    this.out = out;
    this.failed = failed;
  }

  /**
   * Starts its thread.
   *
   * @param ports of the host that the guest can connect to
   * @param failed told when the parent can be told of the sockets no more
   */
  static SocketRelay start(
      PolledVsock sockets,
      Collection<Integer> ports,
      MessageWriter out,
      Consumer<Exception> failed) {
    SocketRelay relay = new SocketRelay(sockets, ports, out, failed);
    sockets.watch(relay::lookForArrivals);
    relay.lookForArrivals();
    relay.thread.setDaemon(true);
    relay.thread.start();
    return relay;
  }

  /**
   * Does what the parent says.
   *
   * @throws MessageException when it cannot be meant
   * @throws IllegalArgumentException when it breaks what was agreed on bytes
   */
  void take(SocketMessage message) throws IOException {
    if (message instanceof SocketMessage.Open open) {
      open(open);
    } else if (message instanceof SocketMessage.StopListening stop) {
      sockets.stopListening(stop.port());
    } else if (message instanceof SocketMessage.Data data) {
      find(data.id()).ifPresent(it -> it.connection().offer(data.bytes()));
    } else if (message instanceof SocketMessage.Credit credit) {
      find(credit.id()).ifPresent(it -> it.connection().forward(credit.bytes()));
    } else if (message instanceof SocketMessage.Ends ends) {
      find(ends.id()).ifPresent(it -> it.connection().shutdownOutput());
    } else if (message instanceof SocketMessage.Close close) {
      find(close.id()).ifPresent(this::close);
      neverOpened.remove(close.id());
    } else {
      throw new MessageException("a message of the other side");
    }
  }

  /** Tells the rest of a VM that has ended; returns when that is done. */
  void finish() throws InterruptedException {
    synchronized (this) {
      finishing = true;
      notifyAll();
    }
    thread.join();
  }

  private void open(SocketMessage.Open open) throws IOException {
    PolledConnection connection;
    try {
      connection = sockets.open(open.port());
    } catch (IOException e) {
      neverOpened.add(open.id());
      out.write(new SocketMessage.Over(open.id(), false, e.getMessage()));
      return;
    }
    RelayedConnection relayed = new RelayedConnection(open.id(), false, connection);
    add(relayed);
    watch(relayed);
  }

  private void close(RelayedConnection connection) {
    connection.connection().close();
    synchronized (this) {
      connection.closeHeard = true;
      removeIfDone(connection);
    }
    mark(connection);
  }

  private void run() {
    byte[] buffer = new byte[SocketMessage.MAX_DATA];
    try {
      while (awaitWork()) {
        if (takeArrivals()) {
          acceptAll();
        }
        RelayedConnection next = nextChanged();
        if (next != null) {
          tell(next, buffer);
        }
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      failed.accept(e);
    }
  }

  private void acceptAll() throws IOException {
    for (int port : ports) {
      for (Optional<PolledConnection> next = accept(port); next.isPresent(); next = accept(port)) {
        RelayedConnection connection = new RelayedConnection(nextOfGuest, true, next.get());
        nextOfGuest += 2;
        // First: the parent may answer at once.
        add(connection);
        out.write(
            new SocketMessage.Arrived(connection.id(), port, connection.connection().guestPort()));
        watch(connection);
      }
    }
  }

  // The device itself keeps those for which there is no room yet.
  private Optional<PolledConnection> accept(int port) {
    synchronized (this) {
      if (ofGuest >= PolledVsock.MAX_OF_GUEST) {
        return Optional.empty();
      }
    }
    return sockets.accept(port);
  }

  private synchronized void add(RelayedConnection connection) {
    connections.put(connection.id(), connection);
    ofGuest += connection.ofGuest() ? 1 : 0;
  }

  private void watch(RelayedConnection connection) {
    connection.connection().watch(() -> mark(connection));
    mark(connection);
  }

  private void tell(RelayedConnection connection, byte[] buffer) throws IOException {
    RelayedConnection.Rest rest = connection.tell(out, buffer);
    synchronized (this) {
      if (rest == RelayedConnection.Rest.OVER) {
        connection.overSaid = true;
        removeIfDone(connection);
      }
    }
    if (rest == RelayedConnection.Rest.MORE) {
      mark(connection);
    }
  }

  private void removeIfDone(RelayedConnection connection) {
    if (connection.overSaid
        && connection.closeHeard
        && connections.remove(connection.id(), connection)
        && connection.ofGuest()) {
      ofGuest--;
      lookForArrivals();
    }
  }

  /** Empty for one that the device did not have room for. */
  private synchronized Optional<RelayedConnection> find(int id) throws MessageException {
    RelayedConnection connection = connections.get(id);
    if (connection == null && !neverOpened.contains(id)) {
      throw new MessageException("word of a socket " + id + ", which there is not");
    }
    return Optional.ofNullable(connection);
  }

  private synchronized void lookForArrivals() {
    arrivals = true;
    notifyAll();
  }

  private synchronized void mark(RelayedConnection connection) {
    if (!connection.waits && !connection.overSaid) {
      connection.waits = true;
      changed.add(connection);
      notifyAll();
    }
  }

  // False when all is told of a VM that has ended.
  private synchronized boolean awaitWork() throws InterruptedException {
    while (changed.isEmpty() && !arrivals) {
      if (finishing) {
        return false;
      }
      wait();
    }
    return true;
  }

  private synchronized boolean takeArrivals() {
    boolean any = arrivals;
    arrivals = false;
    return any;
  }

  // One that is over has nothing more to tell, however often it was marked before.
  private synchronized RelayedConnection nextChanged() {
    RelayedConnection next = changed.poll();
    while (next != null && next.overSaid) {
      next = changed.poll();
    }
    if (next != null) {
      next.waits = false;
    }
    return next;
  }
}
