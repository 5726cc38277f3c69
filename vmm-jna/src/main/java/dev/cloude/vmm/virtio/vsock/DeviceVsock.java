package dev.cloude.vmm.virtio.vsock;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The connections of a device of this process. */
final class DeviceVsock implements Vsock {
  private final ConnectionTable table;

  DeviceVsock(ConnectionTable table) {
    this.table = table;
  }

  @Override
  public VsockConnection accept(int port, Duration limit) throws IOException {
    return new DeviceConnection(table.accept(port, TimeUnit.NANOSECONDS.convert(limit)), table);
  }

  @Override
  public void stopListening(int port) {
    table.stopListening(port).forEach(Connection::close);
  }

  @Override
  public VsockConnection open(int port) throws IOException {
    return new DeviceConnection(table.request(port), table);
  }
}
