package dev.cloude.bench.net;

import dev.cloude.bench.report.Statistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The host's side of {@code agent/cmd/net-probe}: what one guest's network does, measured. */
final class Probe implements Meter {
  /** Datagrams of which the median counts. */
  static final int PINGS = 200;

  private static final int SINK_PORT = 7001;
  private static final int SOURCE_PORT = 7002;
  private static final int ECHO_PORT = 7003;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int PING_BYTES = 64;
  private static final int PING_WAIT_MILLIS = 1000;
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Inet4Address guest;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  Probe(Inet4Address guest) {
    this.guest = guest;
  }

  /** Waits for the guest's first answer. {@link IllegalStateException} when there is none. */
  void awaitAnswer(Monitor.Running running) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < START_LIMIT.toNanos()) {
      try {
        ping(1);
        return;
      } catch (IOException e) {
        // Not there yet.
        if (running.end().isPresent()) {
          throw new IllegalStateException(
              "The guest ended before it answered: " + running.end().get() + ".", e);
        }
      }
    }
    throw new IllegalStateException(
        "The guest " + guest + " has not answered within " + START_LIMIT.toSeconds() + " s.");
  }

  @Override
  public Sample measure(long streamBytes) {
    try {
      double toGuest = streamBytes / seconds(send(streamBytes));
      double toHost = streamBytes / seconds(receive(streamBytes));
      return new Sample(toGuest, toHost, ping(PINGS));
    } catch (IOException e) {
      throw new UncheckedIOException("The guest " + guest + " has stopped answering", e);
    }
  }

  // Until the guest says that it has all.
  private long send(long bytes) throws IOException {
    try (SocketChannel channel = connect(SINK_PORT)) {
      long start = System.nanoTime();
      for (long left = bytes; left > 0; ) {
        buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
        left -= channel.write(buffer);
      }
      channel.shutdownOutput();
      ByteBuffer taken = ByteBuffer.allocate(Long.BYTES);
      while (taken.hasRemaining() && channel.read(taken) >= 0) {}
      long end = System.nanoTime();
      if (taken.hasRemaining() || taken.getLong(0) != bytes) {
        throw new IOException("it took other bytes than were sent");
      }
      return end - start;
    }
  }

  private long receive(long bytes) throws IOException {
    try (SocketChannel channel = connect(SOURCE_PORT)) {
      long start = System.nanoTime();
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes));
      long received = 0;
      for (int n = 0; n >= 0; n = channel.read(buffer.clear())) {
        received += n;
      }
      long end = System.nanoTime();
      if (received != bytes) {
        throw new IOException("it gave " + received + " bytes");
      }
      return end - start;
    }
  }

  // The median of so many, in nanoseconds.
  private double ping(int count) throws IOException {
    try (Selector selector = Selector.open();
        DatagramChannel channel = DatagramChannel.open()) {
      channel.connect(new InetSocketAddress(guest, ECHO_PORT));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer datagram = ByteBuffer.allocateDirect(PING_BYTES);
      List<Double> times = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        channel.write(datagram.clear().putInt(0, i));
        datagram.putInt(0, -1);
        while (datagram.getInt(0) != i) {
          if (selector.select(PING_WAIT_MILLIS) == 0) {
            throw new SocketException("no answer within " + PING_WAIT_MILLIS + " ms");
          }
          selector.selectedKeys().clear();
          channel.read(datagram.clear());
        }
        times.add((double) (System.nanoTime() - start));
      }
      return Statistics.median(times);
    }
  }

  private SocketChannel connect(int port) throws IOException {
    SocketChannel channel = SocketChannel.open(new InetSocketAddress(guest, port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
