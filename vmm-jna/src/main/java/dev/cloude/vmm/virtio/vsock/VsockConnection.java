package dev.cloude.vmm.virtio.vsock;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * A stream connection between a program of the guest and one of the host. Every method may be
 * called by any thread; {@link #close} ends those that wait in a stream with an {@link
 * IOException}, as does the end of the VM. What the guest has sent before its end can be read after
 * it. A thread that is interrupted while it waits gets an {@link java.io.InterruptedIOException}.
 *
 * <p>The guest is hostile: what it sends is bounded by 256 KiB ahead of the reader, but it may
 * never send, and never read. Who cannot wait for it closes the connection from another thread.
 */
public final class VsockConnection implements Closeable {
  private final Connection connection;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();

  VsockConnection(Connection connection) {
    this.connection = connection;
  }

  /** The guest's port, 0 to 2^32 − 1. */
  public long guestPort() {
    return Integer.toUnsignedLong(connection.guestPort());
  }

  /** What the guest sends, up to its end or half-close. Closing it closes the connection. */
  public InputStream input() {
    return input;
  }

  /**
   * What the guest gets: up to 64 KiB ahead of what it has credit for, then a write waits. Closing
   * it closes the connection; {@link #shutdownOutput} closes only this half.
   */
  public OutputStream output() {
    return output;
  }

  /** Tells the guest, after all that was written, that no more will come. Idempotent. */
  public void shutdownOutput() throws IOException {
    connection.shutdownOutput();
  }

  /**
   * Ends the connection at once for the host. The guest still gets what was written, as long as it
   * goes on taking it; after 8 seconds in which it does not, the connection is reset. Idempotent.
   */
  @Override
  public void close() {
    connection.close();
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      return length == 0 ? 0 : connection.read(target, offset, length);
    }

    @Override
    public int available() {
      return connection.available();
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, source.length);
      connection.write(source, offset, length);
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
