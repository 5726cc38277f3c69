package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The host's side of a guest's sockets: accepts what the guest opens to the host's ports, and opens
 * connections to the guest's. For any thread. After the VM's end connections that the guest had
 * opened can still be accepted, and what it had sent read; then every call fails with an {@link
 * IOException}.
 */
public final class Vsock {
  /** The guest's address; each VM has a guest of its own behind its own device. */
  public static final int GUEST_CID = 3;

  /** The host's address (VMADDR_CID_HOST). */
  public static final int HOST_CID = 2;

  /** Largest number of a port that the guest can connect to. */
  public static final int MAX_PORT = (1 << 30) - 1;

  private final ConnectionTable table;

  Vsock(ConnectionTable table) {
    this.table = table;
  }

  /**
   * Waits for the guest's next connection to {@code port}, which the VM's configuration names.
   *
   * @throws java.net.SocketTimeoutException when none comes within {@code limit}
   * @throws IOException when the VM has ended
   * @throws IllegalArgumentException when the configuration does not name the port
   */
  public VsockConnection accept(int port, Duration limit) throws IOException {
    return new VsockConnection(table.accept(port, TimeUnit.NANOSECONDS.convert(limit)));
  }

  /**
   * Opens a connection to {@code port} of the guest. Waits, too, for a guest that has no driver
   * yet; one that has refuses as long as nobody listens.
   *
   * @param port as 32 bits
   * @throws java.net.ConnectException when the guest refuses
   * @throws java.net.SocketTimeoutException when it does not answer within {@code limit}
   * @throws IOException when the VM has ended, or has too many connections
   */
  public VsockConnection connect(int port, Duration limit) throws IOException {
    Connection connection = table.request(port);
    try {
      connection.awaitOpen(TimeUnit.NANOSECONDS.convert(limit));
      return new VsockConnection(connection);
    } catch (IOException e) {
      connection.close();
      if (connection.ended()) {
        // The device may never be asked to do it: the guest has no driver yet.
        table.remove(connection);
      }
      throw e;
    }
  }
}
