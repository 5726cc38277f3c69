package dev.cloude.vmm.child;

import dev.cloude.vmm.virtio.vsock.PolledConnection;
import dev.cloude.vmm.virtio.vsock.PolledConnection.Progress;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Arrays;

/** A connection of the guest's device, and what the parent was told of it. */
final class RelayedConnection {
  /** Seldom enough to be cheap; long before a parent that may send no more has to wait. */
  static final int CREDIT_BYTES = PolledConnection.SEND_BYTES / 4;

  /** Guarded by the relay's lock. */
  boolean waits;

  /** Guarded by the relay's lock; the parent has said its last. */
  boolean closeHeard;

  /** Guarded by the relay's lock; this side has said its last. */
  boolean overSaid;

  private final int id;
  private final boolean ofGuest;
  private final PolledConnection connection;

  // The relay's thread's own.
  private boolean openedSaid;
  private int endsSaid;
  private int sent;

  /**
   * @param ofGuest whether the guest has opened it
   */
  RelayedConnection(int id, boolean ofGuest, PolledConnection connection) {
    this.id = id;
    this.ofGuest = ofGuest;
    this.connection = connection;
    openedSaid = ofGuest;
  }

  int id() {
    return id;
  }

  boolean ofGuest() {
    return ofGuest;
  }

  PolledConnection connection() {
    return connection;
  }

  /** What {@link #tell} has left to be told. */
  enum Rest {
    /** Nothing for now. */
    NOTHING,
    /** Perhaps more of the same. */
    MORE,
    /** Nothing ever. */
    OVER
  }

  /**
   * Tells what is new of it, and some of the guest's bytes.
   *
   * @param buffer for as many bytes as one message may have
   */
  Rest tell(MessageWriter out, byte[] buffer) throws IOException {
    Progress now = connection.poll(buffer);
    if (now.opened() && !openedSaid) {
      openedSaid = true;
      out.write(new SocketMessage.Opened(id));
    }
    if (now.bytes() > 0) {
      out.write(new SocketMessage.Data(id, Arrays.copyOf(buffer, now.bytes())));
    }
    sent += now.sent();
    if (sent >= CREDIT_BYTES) {
      out.write(new SocketMessage.Credit(id, sent));
      sent = 0;
    }
    int ends = now.ends() & ~endsSaid;
    if (ends != 0) {
      endsSaid |= ends;
      out.write(new SocketMessage.Ends(id, ends));
    }
    if (now.over()) {
      boolean refused = now.failure().filter(ConnectException.class::isInstance).isPresent();
      String why = now.failure().map(IOException::getMessage).orElse("");
      out.write(new SocketMessage.Over(id, refused && !openedSaid, why));
      return Rest.OVER;
    }
    return now.bytes() == buffer.length ? Rest.MORE : Rest.NOTHING;
  }
}
