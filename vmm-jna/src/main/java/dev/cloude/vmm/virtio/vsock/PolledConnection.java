package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.util.Optional;

/**
 * A connection for a program that serves many of them on one thread: nothing here waits. Bytes that
 * were polled keep their place in what the guest may send ahead, until {@link #forward} says that
 * somebody has read them: so the guest waits for that reader, wherever it is.
 */
public final class PolledConnection {
  /** Bytes that the guest may send ahead of the reader. */
  public static final int RECEIVE_BYTES = Connection.RECEIVE_BYTES;

  /** Bytes that may be offered ahead of the guest. */
  public static final int SEND_BYTES = Connection.SEND_BYTES;

  /** In {@link Progress#ends}: the guest receives no more. */
  public static final int RECEIVES_NO_MORE = Operation.SHUTDOWN_RECEIVE;

  /** In {@link Progress#ends}: the guest sends no more, and all that it sent was polled. */
  public static final int SENDS_NO_MORE = Operation.SHUTDOWN_SEND;

  /**
   * What has become of a connection.
   *
   * @param opened whether the guest has taken a connection that the host asked for
   * @param bytes how many were put into the array
   * @param sent how many went to the guest since the last poll: there is room for as many more
   * @param ends {@link #RECEIVES_NO_MORE}, {@link #SENDS_NO_MORE}, both or neither
   * @param over whether nothing more will come of it, and all that the guest sent was polled
   * @param failure why it can be used no more; empty while it can, and after an end in order
   */
  public record Progress(
      boolean opened, int bytes, int sent, int ends, boolean over, Optional<IOException> failure) {}

  private final Connection connection;
  private final ConnectionTable table;

  PolledConnection(Connection connection, ConnectionTable table) {
    this.connection = connection;
    this.table = table;
  }

  /** The guest's port, as 32 bits. */
  public int guestPort() {
    return connection.guestPort();
  }

  /**
   * Has {@code changed} run each time that there may be something to {@link #poll}: by any thread,
   * which must neither wait in it nor call anything here.
   */
  public void watch(Runnable changed) {
    connection.watch(changed);
  }

  /**
   * What has become of it. Bytes of the guest are put into {@code target}, as many as there are.
   */
  public Progress poll(byte[] target) {
    return connection.poll(target);
  }

  /**
   * Lets the guest send so many bytes more.
   *
   * @throws IllegalArgumentException when that many were not polled
   */
  public void forward(int bytes) {
    connection.forward(bytes);
  }

  /**
   * Has all these bytes sent; drops them when the connection takes none any more.
   *
   * @throws IllegalArgumentException when there is no room for all
   */
  public void offer(byte[] bytes) {
    connection.offer(bytes);
  }

  /** As {@link VsockConnection#shutdownOutput}; does nothing when the connection is over. */
  public void shutdownOutput() {
    try {
      connection.shutdownOutput();
    } catch (IOException e) {
      // Then the guest learns of its end in another way.
    }
  }

  /** As {@link VsockConnection#close}. */
  public void close() {
    connection.close();
    if (connection.ended()) {
      // The device may never be asked to do it: the guest has no driver yet.
      table.remove(connection);
    }
  }
}
