package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.util.Optional;

/**
 * The host's side of a guest's sockets, as {@link Vsock}, for a program that serves all connections
 * on one thread: nothing here waits. A VM's connections are met by one of the two, not by both.
 */
public final class PolledVsock {
  /** The most connections that a guest has opened at a time. */
  public static final int MAX_OF_GUEST = ConnectionTable.MAX_OF_GUEST;

  /** The most connections that there are at a time. */
  public static final int MAX_CONNECTIONS = ConnectionTable.MAX_CONNECTIONS;

  private final ConnectionTable table;

  PolledVsock(ConnectionTable table) {
    this.table = table;
  }

  /**
   * Has {@code arrived} run each time that the guest has opened a connection: by any thread, which
   * must neither wait in it nor call anything here.
   */
  public void watch(Runnable arrived) {
    table.watch(arrived);
  }

  /**
   * The guest's next connection to {@code port}; empty when there is none, or nobody listens.
   *
   * @throws IllegalArgumentException when the configuration does not name the port
   */
  public Optional<PolledConnection> accept(int port) {
    return Optional.ofNullable(table.poll(port))
        .map(connection -> new PolledConnection(connection, table));
  }

  /** As {@link Vsock#stopListening}. */
  public void stopListening(int port) {
    table.stopListening(port).forEach(Connection::close);
  }

  /** As {@link Vsock#open}. */
  public PolledConnection open(int port) throws IOException {
    return new PolledConnection(table.request(port), table);
  }
}
