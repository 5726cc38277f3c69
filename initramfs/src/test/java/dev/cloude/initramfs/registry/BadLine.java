package dev.cloude.initramfs.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A connection to a registry that is not what it should be. */
final class BadLine implements AutoCloseable {

  /** What happens to answers. */
  enum Fault {
    /** They come a little at a time. */
    SLOW,
    /** The first one that is large is cut off; the next gets through. */
    CUT_ONCE,
    /** Every large one stops half way and never goes on. */
    STALLED,
    /** Half way through the first large one everything is gone, also for new connections. */
    DEAD
  }

  private static final int HALF_WAY = 64 << 10;
  private static final int SLOW_BYTES = 16 << 10;
  private static final long SLOW_PAUSE_NANOS = 30_000_000;

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private final int target;
  private final Fault fault;

  BadLine(int target, Fault fault) throws IOException {
    this.target = target;
    this.fault = fault;
    threads.execute(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** How many answers were cut off or held back. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket registry = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(registry);
        threads.execute(() -> pump(client, registry, false));
        threads.execute(() -> pump(registry, client, true));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[SLOW_BYTES];
    long sent = 0;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sent += n;
        if (answers && sent > HALF_WAY && fails()) {
          return;
        }
        out.write(buffer, 0, n);
        if (answers && fault == Fault.SLOW) {
          LockSupport.parkNanos(SLOW_PAUSE_NANOS);
        }
      }
    } catch (IOException closed) {
      return;
    }
  }

  /** Whether the connection ends here. */
  private boolean fails() throws IOException {
    switch (fault) {
      case SLOW:
        return false;
      case CUT_ONCE:
        return cuts.getAndIncrement() == 0;
      case STALLED:
        cuts.incrementAndGet();
        LockSupport.park(this);
        return true;
      default:
        cuts.incrementAndGet();
        close();
        return true;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
