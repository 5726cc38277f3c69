package dev.cloude.bench.boot;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The agent as seen from the host: whether it answers. */
final class Agent {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final long PAUSE_NANOS = 1_000_000;
  private static final int CONNECT_MILLIS = 50;
  private static final int ANSWER_MILLIS = 2_000;
  private static final byte[] REQUEST =
      "GET /health HTTP/1.1\r\nHost: guest\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private Agent() {}

  /**
   * Asks each millisecond until the first answer; returns when that was, as {@link
   * System#nanoTime}. {@link IllegalStateException} when there is none, or no guest any more.
   */
  static long awaitAnswer(Guest guest, BooleanSupplier gone) {
    InetSocketAddress address = new InetSocketAddress(guest.address(), Guest.PORT);
    long start = System.nanoTime();
    while (System.nanoTime() - start < LIMIT.toNanos()) {
      if (answers(address)) {
        return System.nanoTime();
      }
      if (gone.getAsBoolean()) {
        throw new IllegalStateException("The guest ended before its agent answered.");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IllegalStateException(
        "The agent at " + address + " has not answered within " + LIMIT.toSeconds() + " s.");
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(REQUEST);
      InputStream in = socket.getInputStream();
      String line = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      return line.equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }
}
