package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A connection of a device of this process. */
final class DeviceConnection implements VsockConnection {
  private final Connection connection;
  private final ConnectionTable table;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private volatile long readNanos = TimedWait.FOREVER;

  DeviceConnection(Connection connection, ConnectionTable table) {
    this.connection = connection;
    this.table = table;
  }

  @Override
  public long guestPort() {
    return Integer.toUnsignedLong(connection.guestPort());
  }

  @Override
  public void awaitOpen(Duration limit) throws IOException {
    connection.awaitOpen(TimeUnit.NANOSECONDS.convert(limit));
  }

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

  @Override
  public void shutdownOutput() throws IOException {
    connection.shutdownOutput();
  }

  @Override
  public void close() {
    connection.close();
    if (connection.ended()) {
      // The device may never be asked to do it: the guest has no driver yet.
      table.remove(connection);
    }
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
      return length == 0 ? 0 : connection.read(target, offset, length, readNanos);
    }

    @Override
    public int available() {
      return connection.available();
    }

    @Override
    public void close() {
      DeviceConnection.this.close();
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
      DeviceConnection.this.close();
    }
  }
}
