package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentChannel;
import dev.cloude.runtime.agent.AgentConnection;
import dev.cloude.vmm.virtio.vsock.Vsock;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The way to an agent by its guest's sockets.
 *
 * @param sockets the host's side of them
 */
record SocketChannel(Vsock sockets) implements AgentChannel {
  /**
   * Where the agent listens. Below 1024, so that no program that is not root can take its place
   * when it is gone.
   */
  static final int AGENT_PORT = 300;

  /** The host's, to which the agent connects when it is ready. */
  static final int READY_PORT = 3001;

  @Override
  public AgentConnection newConnection() {
    return new Link();
  }

  private final class Link implements AgentConnection {
    /** Guarded by this; null until it was asked for. */
    private VsockConnection connection;

    /** Guarded by this. */
    private boolean closed;

    @Override
    public void open(Duration limit) throws IOException {
      VsockConnection asked = sockets.open(AGENT_PORT);
      synchronized (this) {
        connection = asked;
        if (closed) {
          asked.close();
        }
      }
      asked.awaitOpen(limit);
    }

    @Override
    public void readLimit(Duration limit) throws IOException {
      opened().readLimit(limit);
    }

    @Override
    public InputStream input() throws IOException {
      return opened().input();
    }

    @Override
    public OutputStream output() throws IOException {
      return opened().output();
    }

    private synchronized VsockConnection opened() throws IOException {
      if (connection == null) {
        throw new IOException("the connection was not opened");
      }
      return connection;
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (connection != null) {
        connection.close();
      }
    }
  }
}
