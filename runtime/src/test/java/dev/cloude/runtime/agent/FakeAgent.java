package dev.cloude.runtime.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/** An agent on the loopback device that answers each connection as it is told. */
public final class FakeAgent implements AutoCloseable {
  private static final String HEAD =
      "HTTP/1.0 200 OK\r\nContent-Type: application/vnd.cloude.frames\r\n\r\n";

  /** What an answer is written to. */
  public interface Answer {
    /** Writes to the connection, which is closed afterwards. */
    void write(OutputStream out) throws IOException;
  }

  /** The first lines of the requests, in order. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** The bodies of the requests, in order. */
  public final List<String> bodies = new CopyOnWriteArrayList<>();

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * @param answer gets the request's first line and the connection
   */
  public FakeAgent(BiConsumer<String, OutputStream> answer) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(() -> accept(answer));
  }

  /** Healthy at once; every execution gets these bytes. */
  public static FakeAgent answering(Answer... inTurn) throws IOException {
    int[] next = new int[1];
    return new FakeAgent(
        (request, out) -> {
          try {
            if (request.startsWith("GET /health ")) {
              out.write("HTTP/1.0 200 OK\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            } else {
              inTurn[Math.min(next[0]++, inTurn.length - 1)].write(out);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The head of a good answer and these frames. */
  public static Answer frames(byte[]... frames) {
    return out -> {
      out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
      for (byte[] frame : frames) {
        out.write(frame);
      }
    };
  }

  /** A text as it is. */
  public static Answer raw(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** One frame. */
  public static byte[] frame(int type, byte[] payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) type)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /** One frame of text. */
  public static byte[] frame(int type, String payload) {
    return frame(type, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** The last frame of a program that ended by itself. */
  public static byte[] end(int exitCode) {
    return frame(
        0x7f,
        "{\"exit_code\":%d,\"signal\":null,\"timed_out\":false,\"phase\":\"run\","
                .formatted(exitCode)
            + "\"stdout_truncated\":false,\"stderr_truncated\":false,\"compile_ms\":0,"
            + "\"run_ms\":12.5,\"error\":null}");
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void accept(BiConsumer<String, OutputStream> answer) {
    try {
      while (true) {
        Socket socket = server.accept();
        threads.execute(() -> serve(socket, answer));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket, BiConsumer<String, OutputStream> answer) {
    try (socket) {
      InputStream in = socket.getInputStream();
      String request = line(in);
      int length = 0;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        if (header.startsWith("Content-Length: ")) {
          length = Integer.parseInt(header.substring(16));
        }
      }
      bodies.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
      requests.add(request);
      answer.accept(request, socket.getOutputStream());
    } catch (IOException | UncheckedIOException e) {
      // The client hung up.
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
