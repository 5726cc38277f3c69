package dev.cloude.vmm.virtio.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.virtio.vsock.GuestSockets.Received;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtioVsockTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration NOW = Duration.ZERO;
  private static final int PEER = 5000;

  private final GuestSockets guest = GuestSockets.started();
  private final Vsock host = guest.vsock.door();

  @AfterEach
  void close() {
    guest.close();
  }

  @Test
  void showsTheGuestItsAddress() {
    assertThat(guest.driver.read(0x008)).isEqualTo(19);
    assertThat(guest.device.read(0x100, 8)).isEqualTo(3);
    assertThat(guest.device.read(0x108, 8)).isZero();
    assertThat(guest.device.queueCount()).isEqualTo(3);
  }

  @Test
  void guestConnectsAndBothTalk() throws IOException {
    VsockConnection connection = accepted();
    guest.send(Operation.RW, PEER, 0, text("ready"));
    assertThat(connection.input().available()).isEqualTo(5);
    assertThat(connection.input().readNBytes(5)).isEqualTo(text("ready"));
    connection.output().write(text("run this"));
    Received packet = guest.next();
    assertThat(packet.operation()).isEqualTo(Operation.RW);
    assertThat(packet.data()).isEqualTo(text("run this"));
    assertThat(packet.hostPort()).isEqualTo(GuestSockets.PORT);
    assertThat(packet.guestPort()).isEqualTo(PEER);
    assertThat(packet.sourceCid()).isEqualTo(2);
    assertThat(packet.type()).isEqualTo(1);
    assertThat(packet.allocated()).isEqualTo(256 << 10);
    assertThat(packet.forwarded()).isEqualTo(5);
    assertThat(guest.device.interrupt().drain()).isPositive();
    assertThat(guest.vsock.counters().accepted()).isEqualTo(1);
    assertThat(guest.vsock.counters().receivedBytes()).isEqualTo(5);
    assertThat(guest.vsock.counters().sentBytes()).isEqualTo(8);
    assertThat(guest.silent()).isTrue();
  }

  @Test
  void hostConnectsAndBothTalk() throws Exception {
    VsockConnection connection = connected();
    connection.output().write(7);
    assertThat(guest.next().data()).containsExactly(7);
    assertThat(connection.guestPort()).isEqualTo(PEER);
    assertThat(guest.vsock.counters().opened()).isEqualTo(1);
  }

  @Test
  void portsHaveThirtyTwoBits() throws IOException {
    guest.send(Operation.REQUEST, -2, 0);
    assertThat(host.accept(GuestSockets.PORT, NOW).guestPort()).isEqualTo(0xffff_fffeL);
  }

  @Test
  void nobodyListensOnOtherPorts() {
    guest.sendTo(1001, Operation.REQUEST, PEER, 0);
    Received packet = guest.next();
    assertThat(packet.operation()).isEqualTo(Operation.RST);
    assertThat(packet.hostPort()).isEqualTo(1001);
    assertThat(packet.guestPort()).isEqualTo(PEER);
    assertThat(guest.vsock.counters().refused()).isEqualTo(1);
    assertThatThrownBy(() -> host.accept(1001, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The guest cannot connect to port 1001, only to [1000].");
  }

  @Test
  void guestThatRefusesIsNamedAndOneThatIsSilentIsLeft() {
    CompletableFuture<VsockConnection> call = call();
    Received request = awaitRequest();
    guest.sendTo(request.hostPort(), Operation.RST, PEER, 0);
    assertThatThrownBy(() -> call.get(1, TimeUnit.MINUTES))
        .hasRootCauseInstanceOf(ConnectException.class)
        .hasRootCauseMessage("The guest refuses connections to its port 5000.");
    assertThatThrownBy(() -> host.connect(PEER, Duration.ofNanos(1)))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(guest.silent()).isTrue();
    assertThat(guest.vsock.table().size()).isZero();
  }

  @Test
  void answerThatComesTooLateIsReset() throws IOException {
    Connection connection = guest.vsock.table().request(PEER);
    Received request = guest.next();
    connection.close();
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    guest.sendTo(request.hostPort(), Operation.RESPONSE, PEER, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(guest.vsock.table().size()).isZero();
  }

  @Test
  void bothHalvesEndOneAfterTheOther() throws IOException {
    VsockConnection connection = accepted();
    guest.send(Operation.RW, PEER, 0, text("all"));
    guest.send(Operation.SHUTDOWN, PEER, Operation.SHUTDOWN_SEND);
    assertThat(connection.input().readAllBytes()).isEqualTo(text("all"));
    connection.output().write(text("answer"));
    connection.shutdownOutput();
    connection.shutdownOutput();
    assertThat(guest.next().data()).isEqualTo(text("answer"));
    Received end = guest.next();
    assertThat(end.operation()).isEqualTo(Operation.SHUTDOWN);
    assertThat(end.flags()).isEqualTo(Operation.SHUTDOWN_SEND);
    assertThatThrownBy(() -> connection.output().write(1)).hasMessageContaining("shut down");
    guest.send(Operation.SHUTDOWN, PEER, Operation.SHUTDOWN_RECEIVE);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(guest.vsock.table().size()).isZero();
    assertThat(connection.input().read()).isEqualTo(-1);
  }

  @Test
  void closedConnectionSendsWhatWasWrittenAndEndsInOrder() throws IOException {
    VsockConnection connection = accepted();
    connection.output().write(text("last words"));
    connection.close();
    connection.close();
    assertThat(guest.next().data()).isEqualTo(text("last words"));
    Received end = guest.next();
    assertThat(end.operation()).isEqualTo(Operation.SHUTDOWN);
    assertThat(end.flags()).isEqualTo(Operation.SHUTDOWN_BOTH);
    assertThat(guest.vsock.table().size()).isEqualTo(1);
    guest.send(Operation.RW, PEER, 0, text("too late"));
    guest.send(Operation.RST, PEER, 0);
    assertThat(guest.silent()).isTrue();
    assertThat(guest.vsock.table().size()).isZero();
    assertThatThrownBy(() -> connection.input().read()).hasMessage("The connection was closed.");
    assertThatThrownBy(() -> connection.output().write(1)).hasMessage("The connection was closed.");
    assertThatThrownBy(connection::shutdownOutput).hasMessage("The connection was closed.");
  }

  @Test
  void guestThatDoesNotAnswerAnEndIsResetInTime() throws IOException {
    VsockConnection connection = accepted();
    connection.close();
    assertThat(guest.next().operation()).isEqualTo(Operation.SHUTDOWN);
    assertThat(guest.vsock.delayNanos()).isEqualTo(8_000_000_000L);
    guest.clock.set(7_999_999_999L);
    assertThat(guest.silent()).isTrue();
    guest.clock.set(8_000_000_000L);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(guest.vsock.table().size()).isZero();
    assertThat(guest.vsock.delayNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theEndOfTheDeviceEndsAllWaiting() throws Exception {
    VsockConnection connection = accepted();
    guest.send(Operation.REQUEST, PEER + 1, 0);
    guest.send(Operation.RW, PEER + 1, 0, text("bye"));
    guest.next();
    CompletableFuture<Integer> reader = async(() -> connection.input().read());
    CompletableFuture<Void> writer =
        async(
            () -> {
              connection.output().write(new byte[2 << 20]);
              return null;
            });
    CompletableFuture<VsockConnection> caller = call();
    guest.device.close();
    for (CompletableFuture<?> each : new CompletableFuture<?>[] {reader, writer, caller}) {
      assertThatThrownBy(() -> each.get(1, TimeUnit.MINUTES))
          .hasRootCauseInstanceOf(IOException.class);
    }
    // What came before the end is there after it.
    VsockConnection late = host.accept(GuestSockets.PORT, LONG);
    assertThat(late.input().readNBytes(3)).isEqualTo(text("bye"));
    assertThatThrownBy(() -> late.input().read()).hasMessageContaining("driver has given up");
    assertThatThrownBy(() -> host.accept(GuestSockets.PORT, LONG)).hasMessage("The VM has ended.");
    assertThatThrownBy(() -> host.connect(PEER, LONG)).hasMessage("The VM has ended.");
    connection.close();
  }

  @Test
  void closingFromAnotherThreadAndInterruptsEndAWait() throws Exception {
    VsockConnection connection = accepted();
    CompletableFuture<Integer> reader = async(() -> connection.input().read());
    connection.close();
    assertThatThrownBy(() -> reader.get(1, TimeUnit.MINUTES))
        .hasRootCauseMessage("The connection was closed.");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> host.accept(GuestSockets.PORT, LONG))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void newDriverFindsNoOldConnectionButWhatWasAskedForBefore() throws IOException {
    VsockConnection connection = accepted();
    guest.driver.write(0x070, 0);
    assertThatThrownBy(() -> connection.input().read()).hasMessageContaining("driver has given up");
    Connection asked = guest.vsock.table().request(PEER);
    guest.start();
    Received request = guest.next();
    assertThat(request.operation()).isEqualTo(Operation.REQUEST);
    assertThat(request.hostPort()).isEqualTo(asked.hostPort());
    guest.send(Operation.RW, PEER, 0, text("?"));
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
  }

  @Test
  void limitsHoldEachWayBack() throws IOException {
    guest.close();
    try (GuestSockets slow = new GuestSockets(new RateLimit(1000, 0, Duration.ofSeconds(1)))) {
      slow.start();
      slow.send(Operation.REQUEST, PEER, 0);
      slow.next();
      VsockConnection connection = slow.vsock.door().accept(GuestSockets.PORT, NOW);
      slow.send(Operation.RW, PEER, 0, new byte[2000]);
      slow.send(Operation.RW, PEER, 0, new byte[10]);
      connection.output().write(new byte[5000]);
      assertThat(slow.next().data()).hasSize(4096);
      assertThat(slow.silent()).isTrue();
      assertThat(connection.input().available()).isEqualTo(2000);
      assertThat(slow.vsock.delayNanos()).isEqualTo(1_001_000_000L);
      slow.clock.addAndGet(1_001_000_000L);
      slow.driver.runDevice();
      assertThat(connection.input().available()).isEqualTo(2010);
      slow.clock.addAndGet(2_096_000_000L);
      assertThat(slow.next().data()).hasSize(904);
    }
  }

  private VsockConnection accepted() throws IOException {
    guest.send(Operation.REQUEST, PEER, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RESPONSE);
    return host.accept(GuestSockets.PORT, NOW);
  }

  private VsockConnection connected() throws Exception {
    CompletableFuture<VsockConnection> call = call();
    Received request = awaitRequest();
    guest.sendTo(request.hostPort(), Operation.RESPONSE, PEER, 0);
    return call.get(1, TimeUnit.MINUTES);
  }

  private CompletableFuture<VsockConnection> call() {
    return async(() -> host.connect(PEER, LONG));
  }

  private Received awaitRequest() {
    while (guest.vsock.table().size() == 0) {
      Thread.onSpinWait();
    }
    Received request = guest.next();
    assertThat(request.operation()).isEqualTo(Operation.REQUEST);
    return request;
  }

  private interface Body<T> {
    T run() throws IOException;
  }

  private static <T> CompletableFuture<T> async(Body<T> body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return body.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
