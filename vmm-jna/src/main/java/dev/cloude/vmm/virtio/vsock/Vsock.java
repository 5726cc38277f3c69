package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.time.Duration;

/**
 * The host's side of a guest's sockets: accepts what the guest opens to the host's ports, and opens
 * connections to the guest's. For any thread. After the VM's end connections that the guest had
 * opened can still be accepted, and what it had sent read; then every call fails with an {@link
 * IOException}.
 */
public interface Vsock {
  /** The guest's address; each VM has a guest of its own behind its own device. */
  int GUEST_CID = 3;

  /** The host's address (VMADDR_CID_HOST). */
  int HOST_CID = 2;

  /** Largest number of a port that the guest can connect to. */
  int MAX_PORT = (1 << 30) - 1;

  /**
   * Waits for the guest's next connection to {@code port}, which the VM's configuration names.
   *
   * @throws java.net.SocketTimeoutException when none comes within {@code limit}
   * @throws IOException when the VM has ended, or nobody listens any more
   * @throws IllegalArgumentException when the configuration does not name the port
   */
  VsockConnection accept(int port, Duration limit) throws IOException;

  /**
   * Refuses the guest's further connections to {@code port}, for good, and closes those that were
   * not accepted yet. Those that were go on. Idempotent.
   *
   * @throws IllegalArgumentException when the configuration does not name the port
   */
  void stopListening(int port);

  /**
   * Asks the guest for a connection to its {@code port}, and does not wait for an answer: {@link
   * VsockConnection#awaitOpen} does, and so do reads. A guest that has no driver yet is asked when
   * it has one.
   *
   * @param port as 32 bits
   * @throws IOException when the VM has ended, or has too many connections
   */
  VsockConnection open(int port) throws IOException;

  /**
   * As {@link #open}, and waits for the guest's answer. One that has a driver refuses as long as
   * nobody listens.
   *
   * @throws java.net.ConnectException when the guest refuses
   * @throws java.net.SocketTimeoutException when it does not answer within {@code limit}
   * @throws IOException when the VM has ended, or has too many connections
   */
  default VsockConnection connect(int port, Duration limit) throws IOException {
    VsockConnection connection = open(port);
    try {
      connection.awaitOpen(limit);
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }
}
