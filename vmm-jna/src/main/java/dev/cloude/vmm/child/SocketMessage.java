package dev.cloude.vmm.child;

/**
 * What is said of a guest's sockets, of one connection each but for {@link StopListening}. A
 * connection has a number that no other of that VM ever has: an even one when the parent asks for
 * it, an odd one, each two more than the last, when the guest opens it.
 *
 * <pre>
 *   parent                         child
 *   Open ──────▶                   the guest is asked
 *                    Opened ◀────  it has taken it
 *                   Arrived ◀────  the guest has opened one
 *   Data ──────▶ ◀────────── Data  as much as there is credit for
 *   Credit ────▶ ◀──────── Credit  so much has gone on its way; so much more may be sent
 *   Ends ──────▶ ◀────────── Ends  no more will be sent; from the child also: or taken
 *                      Over ◀────  the child's last of it
 *   Close ─────▶                   the parent's last of it
 * </pre>
 *
 * <p>Each side says its last once, whoever is first: the child when the connection is over or was
 * closed, the parent when its program has closed it, or has had one that is over. Then the number
 * is done with. Nothing is said of a connection after one's own last word.
 *
 * <p>At first {@link dev.cloude.vmm.virtio.vsock.PolledConnection#RECEIVE_BYTES} may be sent to the
 * parent, and {@link dev.cloude.vmm.virtio.vsock.PolledConnection#SEND_BYTES} to the child, which
 * are the bytes that each keeps ready for them.
 */
sealed interface SocketMessage extends Message {
  /** Most bytes of one {@link Data}. */
  int MAX_DATA = 32 << 10;

  /** Ask the guest for a connection to its {@code port}, as 32 bits. */
  record Open(int id, int port) implements SocketMessage {}

  /** The guest has taken the connection. */
  record Opened(int id) implements SocketMessage {}

  /**
   * The guest has opened a connection.
   *
   * @param guestPort as 32 bits
   */
  record Arrived(int id, int hostPort, int guestPort) implements SocketMessage {}

  /** The next bytes of a stream, 1 to {@link #MAX_DATA}. */
  record Data(int id, byte[] bytes) implements SocketMessage {}

  /** So many bytes, from 1 on, have gone to the reader, or to the guest. */
  record Credit(int id, int bytes) implements SocketMessage {}

  /**
   * What one end does no more.
   *
   * @param ends {@link dev.cloude.vmm.virtio.vsock.PolledConnection#SENDS_NO_MORE}, {@link
   *     dev.cloude.vmm.virtio.vsock.PolledConnection#RECEIVES_NO_MORE} or both
   */
  record Ends(int id, int ends) implements SocketMessage {}

  /**
   * The connection is over for the guest.
   *
   * @param refused whether the guest never took it
   * @param why a sentence; empty after an end in order
   */
  record Over(int id, boolean refused, String why) implements SocketMessage {}

  /** The connection is over for the host's program. */
  record Close(int id) implements SocketMessage {}

  /** Refuse the guest's further connections to the host's {@code port}. */
  record StopListening(int port) implements SocketMessage {}
}
