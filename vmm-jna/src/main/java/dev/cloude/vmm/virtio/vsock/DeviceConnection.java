package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A connection of a device of this process. */
final class DeviceConnection extends StreamedConnection {
  private final Connection connection;
  private final ConnectionTable table;

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
  protected int read(byte[] target, int offset, int length, long nanos) throws IOException {
    return connection.read(target, offset, length, nanos);
  }

  @Override
  protected int available() {
    return connection.available();
  }

  @Override
  protected void write(byte[] source, int offset, int length) throws IOException {
    connection.write(source, offset, length);
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
}
