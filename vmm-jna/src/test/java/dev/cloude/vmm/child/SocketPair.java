package dev.cloude.vmm.child;

import dev.cloude.vmm.virtio.vsock.GuestSockets;
import dev.cloude.vmm.virtio.vsock.GuestSockets.Received;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.awaitility.Awaitility;

/** A guest's sockets and both ends of what is said of them, as in two processes, over two pipes. */
final class SocketPair implements AutoCloseable {
  final GuestSockets guest = GuestSockets.started();
  final RemoteVsock host;

  /** Fails with what one end did not like of the other. */
  final CompletableFuture<Void> broken = new CompletableFuture<>();

  private final SocketRelay relay;
  private final Outgoing outgoing;
  private final Thread reader;
  private volatile boolean ended;
  private final Pipe down = Pipe.open();
  private final Pipe up = Pipe.open();

  private interface Taker {
    void take(SocketMessage message) throws IOException;
  }

  SocketPair() throws IOException {
    outgoing = new Outgoing(new MessageWriter(Channels.newOutputStream(down.sink())), "parent-out");
    host = new RemoteVsock(Set.of(GuestSockets.PORT), outgoing);
    outgoing.start();
    relay =
        SocketRelay.start(
            guest.vsock.polled(),
            Set.of(GuestSockets.PORT),
            new MessageWriter(Channels.newOutputStream(up.sink())),
            broken::completeExceptionally);
    pass(Channels.newInputStream(down.source()), relay::take, "child-in");
    reader = pass(Channels.newInputStream(up.source()), host::take, "parent-in");
  }

  private Thread pass(InputStream from, Taker to, String name) {
    Thread thread =
        new Thread(
            () -> {
              try {
                MessageReader in = new MessageReader(from);
                for (Optional<Message> m = in.next(); m.isPresent(); m = in.next()) {
                  to.take((SocketMessage) m.get());
                }
              } catch (IOException | RuntimeException e) {
                // The child would be gone by now.
                if (!ended) {
                  broken.completeExceptionally(e);
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** The next packet to the guest, whose device works meanwhile. */
  Received packet() {
    return Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofMinutes(1))
        .until(guest::work, Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until both ends have forgotten all connections. */
  void awaitNone() {
    awaitNone(() -> guest.connections() + host.size());
  }

  /** Waits until the host's end has forgotten all connections; the device may still end some. */
  void awaitNoneOfHost() {
    awaitNone(host::size);
  }

  private void awaitNone(IntSupplier count) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofMinutes(1))
        .until(() -> guest.work().isEmpty() && count.getAsInt() == 0);
  }

  /** Ends the VM, as its child tells it: the rest of its sockets, then the end. */
  void end() throws InterruptedException, IOException {
    guest.device.close();
    relay.finish();
    up.sink().close();
    reader.join();
    ended = true;
    outgoing.close();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    end();
    guest.close();
    host.close("The VM has ended.");
    down.sink().close();
  }
}
