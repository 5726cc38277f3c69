package dev.cloude.runtime.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A connection on which no wait is longer than a deadline allows. Its reads are given what is left,
 * each time anew, so that a guest that sends one byte now and then gains nothing; and it is closed
 * at the deadline, because a write to a guest that does not read has no time limit of its own.
 * Closing it from another thread ends a wait at once.
 */
final class GuestConnection implements AutoCloseable {
  private final AgentConnection connection;
  private final Deadline deadline;
  private final Duration silence;

  /** Closes the connection at the deadline. Guarded by this. */
  private CompletableFuture<Void> end;

  /** Guarded by this. */
  private boolean closed;

  /**
   * @param connection still to be opened
   * @param deadline when it must be over
   * @param silence how long the guest may send nothing at all
   */
  GuestConnection(AgentConnection connection, Deadline deadline, Duration silence) {
    this.connection = connection;
    this.deadline = deadline;
    this.silence = silence;
    deadlineMoved();
  }

  /** To be called when the deadline was set anew. */
  synchronized void deadlineMoved() {
    if (end != null) {
      end.cancel(false);
    }
    if (!closed) {
      end =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      end.thenRun(connection::close);
    }
  }

  void open(Duration limit) throws IOException {
    connection.open(deadline.atMost(limit));
  }

  OutputStream output() throws IOException {
    return connection.output();
  }

  InputStream input() throws IOException {
    return new DeadlineStream(connection.input());
  }

  /** Idempotent, and harmless for a connection that is closed already. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      end.cancel(false);
    }
    connection.close();
  }

  private final class DeadlineStream extends InputStream {
    private final InputStream in;

    DeadlineStream(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (deadline.isOver()) {
        throw new SocketTimeoutException("the time limit was reached");
      }
      connection.readLimit(deadline.atMost(silence));
      return in.read(buffer, offset, length);
    }
  }
}
