package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The streams of a connection, over what its owner can do with bytes. */
public abstract class StreamedConnection implements VsockConnection {
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private volatile long readNanos = TimedWait.FOREVER;

  /**
   * As {@link InputStream#read(byte[], int, int)}, for a length that is not 0.
   *
   * @throws java.net.SocketTimeoutException when nothing comes in time
   */
  protected abstract int read(byte[] target, int offset, int length, long nanos) throws IOException;

  /** Bytes that can be read without waiting. */
  protected abstract int available();

  /** Waits until all is on its way to the guest, in its order. */
  protected abstract void write(byte[] source, int offset, int length) throws IOException;

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public void readLimit(Duration limit) {
    readNanos = TimeUnit.NANOSECONDS.convert(limit);
  }

  @Override
  public OutputStream output() {
    return output;
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
      return length == 0 ? 0 : StreamedConnection.this.read(target, offset, length, readNanos);
    }

    @Override
    public int available() {
      return StreamedConnection.this.available();
    }

    @Override
    public void close() {
      StreamedConnection.this.close();
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
      StreamedConnection.this.write(source, offset, length);
    }

    @Override
    public void close() {
      StreamedConnection.this.close();
    }
  }
}
