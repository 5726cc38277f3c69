package dev.cloude.vmm.virtio.vsock;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A stream connection between a program of the guest and one of the host. Every method may be
 * called by any thread; {@link #close} ends those that wait in a stream with an {@link
 * IOException}, as does the end of the VM. What the guest has sent before its end can be read after
 * it. A thread that is interrupted while it waits gets an {@link java.io.InterruptedIOException}.
 *
 * <p>The guest is hostile: what it sends is bounded by 256 KiB ahead of the reader, but it may
 * never send, and never read. Who cannot wait for it sets {@link #readLimit}, or closes the
 * connection from another thread.
 */
public interface VsockConnection extends Closeable {

  /** The guest's port, 0 to 2^32 − 1. */
  long guestPort();

  /**
   * Waits for the guest's answer to {@link Vsock#open}; returns at once when it has come.
   *
   * @throws java.net.ConnectException when the guest refuses
   * @throws java.net.SocketTimeoutException when it does not answer within {@code limit}; it may
   *     still
   * @throws IOException when the connection or the VM has ended
   */
  void awaitOpen(Duration limit) throws IOException;

  /** What the guest sends, up to its end or half-close. Closing it closes the connection. */
  InputStream input();

  /**
   * Lets a read wait for at most so long, from the next one on; none by default. A read to which
   * nothing comes in time fails with a {@link java.net.SocketTimeoutException}, and the connection
   * goes on.
   */
  void readLimit(Duration limit);

  /**
   * What the guest gets: up to 64 KiB ahead of what it has credit for, then a write waits. Closing
   * it closes the connection; {@link #shutdownOutput} closes only this half.
   */
  OutputStream output();

  /** Tells the guest, after all that was written, that no more will come. Idempotent. */
  void shutdownOutput() throws IOException;

  /**
   * Ends the connection at once for the host. The guest still gets what was written, as long as it
   * goes on taking it; after 8 seconds in which it does not, the connection is reset. Idempotent.
   */
  @Override
  void close();
}
