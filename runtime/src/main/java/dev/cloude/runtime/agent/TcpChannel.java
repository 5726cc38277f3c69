package dev.cloude.runtime.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * The way over the guests' network.
 *
 * @param address where the agent listens
 */
public record TcpChannel(InetSocketAddress address) implements AgentChannel {

  @Override
  public AgentConnection newConnection() {
    return new Connection(new Socket(), address);
  }

  private record Connection(Socket socket, InetSocketAddress address) implements AgentConnection {

    @Override
    public void open(Duration limit) throws IOException {
      socket.setTcpNoDelay(true);
      socket.connect(address, Math.toIntExact(limit.toMillis()));
    }

    @Override
    public void readLimit(Duration limit) throws IOException {
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    }

    @Override
    public InputStream input() throws IOException {
      return socket.getInputStream();
    }

    @Override
    public OutputStream output() throws IOException {
      return socket.getOutputStream();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing was written that could be lost.
      }
    }
  }
}
