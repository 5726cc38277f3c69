package dev.cloude.runtime.session;

import dev.cloude.vmm.virtio.vsock.Vsock;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A guest's sockets: it says what the test wants, and its agent is on the loopback device. */
final class FakeSockets implements Vsock {
  private static final InputStream END = InputStream.nullInputStream();

  /** Ports that the host has closed. */
  final List<Integer> closed = new ArrayList<>();

  /** Ports of the guest that were asked for. */
  final List<Integer> opened = new ArrayList<>();

  private final BlockingQueue<InputStream> words = new LinkedBlockingQueue<>();
  private final InetSocketAddress agent;

  FakeSockets(InetSocketAddress agent) {
    this.agent = agent;
  }

  /** The guest connects and sends this. */
  void connect(InputStream word) {
    words.add(word);
  }

  /** The VM ends. */
  void end() {
    words.add(END);
  }

  @Override
  public VsockConnection accept(int port, Duration limit) throws IOException {
    InputStream word;
    try {
      word = words.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (word == null) {
      throw new SocketTimeoutException("The guest has not connected.");
    }
    if (word == END) {
      throw new IOException("The VM has ended.");
    }
    return new Connection(new Socket(), word);
  }

  @Override
  public void stopListening(int port) {
    closed.add(port);
  }

  @Override
  public VsockConnection open(int port) {
    opened.add(port);
    return new Connection(new Socket(), null);
  }

  /** Over the socket, but for what is given. */
  private final class Connection implements VsockConnection {
    private final Socket socket;
    private final InputStream word;

    Connection(Socket socket, InputStream word) {
      this.socket = socket;
      this.word = word;
    }

    @Override
    public long guestPort() {
      return 0;
    }

    @Override
    public void awaitOpen(Duration limit) throws IOException {
      socket.connect(agent, Math.toIntExact(limit.toMillis()));
    }

    @Override
    public InputStream input() {
      try {
        return word == null ? socket.getInputStream() : word;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void readLimit(Duration limit) {
      try {
        socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public OutputStream output() {
      try {
        return socket.getOutputStream();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void shutdownOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
