package dev.cloude.vmm.virtio.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.virtio.vsock.GuestSockets.Received;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest can get wrong, and what it then costs. */
class VsockRulesTest {
  private static final int NEEDS_RESET = 0x40;
  private static final int PEER = 5000;

  private final GuestSockets guest = GuestSockets.started();

  @AfterEach
  void close() {
    guest.close();
  }

  @Test
  void nobodyElsesPacketsAreTakenFromTheGuest() {
    guest.sourceCid = 4;
    guest.send(Operation.REQUEST, PEER, 0);
    assertThat(guest.silent()).isTrue();
    assertThat(guest.vsock.table().size()).isZero();
    assertThat(guest.vsock.counters().violations()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 77, 0x1_0000_0002L, -1})
  void nobodyIsReachedButTheHost(long target) {
    guest.targetCid = target;
    guest.send(Operation.REQUEST, PEER, 0);
    Received packet = guest.next();
    assertThat(packet.operation()).isEqualTo(Operation.RST);
    assertThat(packet.sourceCid()).isEqualTo(target);
    assertThat(guest.vsock.counters().violations()).isEqualTo(1);
  }

  @Test
  void otherTypesThanStreamsAreReset() {
    guest.type = 2;
    guest.send(Operation.REQUEST, PEER, 0);
    Received packet = guest.next();
    assertThat(packet.operation()).isEqualTo(Operation.RST);
    assertThat(packet.type()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 5, 6, 7, 8, 0xffff})
  void packetsOfNoConnectionAreReset(int operation) {
    guest.send(operation, PEER, 3, (byte) 1);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(guest.vsock.table().size()).isZero();
  }

  @Test
  void resetIsNeverAnswered() {
    guest.send(Operation.RST, PEER, 0);
    guest.type = 9;
    guest.send(Operation.RST, PEER, 0);
    guest.targetCid = 9;
    guest.send(Operation.RST, PEER, 0);
    assertThat(guest.silent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 8, 0xffff})
  void whatAStreamDoesNotHaveCostsTheConnectionAndNoOther(int operation) throws IOException {
    VsockConnection bad = accepted(PEER);
    VsockConnection good = accepted(PEER + 1);
    guest.send(Operation.RW, PEER, 0, (byte) 42);
    guest.send(operation, PEER, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(guest.vsock.table().size()).isEqualTo(1);
    assertThat(guest.vsock.counters().violations()).isEqualTo(1);
    assertThat(bad.input().read()).isEqualTo(42);
    assertThatThrownBy(() -> bad.input().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was reset: the guest has sent a packet of operation " + operation);
    guest.send(Operation.RW, PEER + 1, 0, (byte) 43);
    assertThat(good.input().read()).isEqualTo(43);
  }

  @Test
  void dataAfterTheEndIsAViolation() throws IOException {
    VsockConnection connection = accepted(PEER);
    guest.send(Operation.SHUTDOWN, PEER, Operation.SHUTDOWN_SEND);
    guest.send(Operation.RW, PEER, 0, (byte) 1);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(connection.input().read()).isEqualTo(-1);
    assertThatThrownBy(() -> connection.output().write(1)).hasMessageContaining("after its end");
  }

  @Test
  void moreThanTheCreditIsAViolation() throws IOException {
    VsockConnection connection = accepted(PEER);
    for (int i = 0; i < 32; i++) {
      guest.send(Operation.RW, PEER, 0, new byte[8192]);
    }
    assertThat(guest.silent()).isTrue();
    guest.send(Operation.RW, PEER, 0, (byte) 1);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(connection.input().readNBytes(256 << 10)).hasSize(256 << 10);
    assertThatThrownBy(() -> connection.input().read())
        .hasMessageContaining("1 bytes where it had credit for 0");
  }

  @Test
  void moreTakenThanSentIsAViolation() throws IOException {
    VsockConnection connection = accepted(PEER);
    connection.output().write(new byte[10]);
    guest.next();
    guest.forwarded = 10;
    guest.send(Operation.CREDIT_UPDATE, PEER, 0);
    // One that was made before and comes after is none.
    guest.forwarded = 4;
    guest.send(Operation.CREDIT_UPDATE, PEER, 0);
    assertThat(guest.silent()).isTrue();
    guest.forwarded = 11;
    guest.send(Operation.CREDIT_UPDATE, PEER, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    guest.send(Operation.REQUEST, PEER + 1, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThat(guest.vsock.counters().violations()).isEqualTo(2);
  }

  @Test
  void connectionsAreBoundedWhetherAcceptedOrNot() throws IOException {
    for (int i = 0; i < ConnectionTable.MAX_OF_GUEST; i++) {
      guest.send(Operation.REQUEST, PEER + i, 0);
      assertThat(guest.next().operation()).isEqualTo(Operation.RESPONSE);
    }
    guest.send(Operation.REQUEST, PEER - 1, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    // One that has ended still holds what it has sent, until somebody takes it.
    guest.send(Operation.RST, PEER, 0);
    guest.send(Operation.REQUEST, PEER - 1, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    guest.vsock.door().accept(GuestSockets.PORT, Duration.ZERO);
    guest.send(Operation.REQUEST, PEER - 1, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RESPONSE);
    assertThat(guest.vsock.counters().refused()).isEqualTo(2);
  }

  @Test
  void guestCannotTakeTheHostsConnections() throws IOException {
    for (int i = 0; i < ConnectionTable.MAX_CONNECTIONS; i++) {
      guest.send(Operation.REQUEST, PEER + i, 0);
      guest.next();
    }
    for (int i = ConnectionTable.MAX_OF_GUEST; i < ConnectionTable.MAX_CONNECTIONS; i++) {
      guest.vsock.door().open(1);
      assertThat(guest.next().operation()).isEqualTo(Operation.REQUEST);
    }
    assertThatThrownBy(() -> guest.vsock.door().open(1))
        .hasMessage("The guest has 32 connections already, the most there may be.");
  }

  @Test
  void portIsClosedForGood() throws IOException {
    VsockConnection before = accepted(PEER);
    guest.send(Operation.REQUEST, PEER + 1, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RESPONSE);

    guest.vsock.door().stopListening(GuestSockets.PORT);
    guest.vsock.door().stopListening(GuestSockets.PORT);

    assertThat(guest.next().operation()).isEqualTo(Operation.SHUTDOWN);
    guest.send(Operation.RST, PEER + 1, 0);
    guest.send(Operation.REQUEST, PEER + 2, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
    assertThatThrownBy(() -> guest.vsock.door().accept(GuestSockets.PORT, Duration.ofDays(1)))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("The host listens on port %d no more.", GuestSockets.PORT);
    assertThatThrownBy(() -> guest.vsock.door().stopListening(GuestSockets.PORT + 1))
        .isInstanceOf(IllegalArgumentException.class);
    guest.send(Operation.RW, PEER, 0, (byte) 7);
    assertThat(before.input().read()).isEqualTo(7);
    assertThat(guest.vsock.table().size()).isEqualTo(1);
  }

  @Test
  void readWaitsNoLongerThanItMay() throws IOException {
    VsockConnection connection = accepted(PEER);
    connection.readLimit(Duration.ofNanos(1));
    assertThatThrownBy(() -> connection.input().read()).isInstanceOf(SocketTimeoutException.class);
    guest.send(Operation.RW, PEER, 0, (byte) 7);
    assertThat(connection.input().read()).isEqualTo(7);
  }

  @Test
  void connectionThatNobodyWasAskedForYetLeavesNothing() throws IOException {
    GuestSockets without = new GuestSockets(RateLimit.NONE);
    VsockConnection connection = without.vsock.door().open(1);
    connection.close();
    assertThat(without.vsock.table().size()).isZero();
    assertThatThrownBy(() -> connection.awaitOpen(Duration.ofDays(1)))
        .hasMessage("The connection was closed.");
  }

  @Test
  void whoNeverListensIsNotHeardForever() {
    guest.driver.start(0, 256);
    for (int i = 0; i < 120; i++) {
      guest.offer(guest.packet(1, Operation.RW, i, 0), PacketHeader.BYTES);
    }
    for (int i = 0; i < 5; i++) {
      guest.driver.runDevice();
    }
    assertThat(taken()).isEqualTo(Outbox.MAX_REFUSALS);
    assertThat(guest.vsock.delayNanos()).isEqualTo(Long.MAX_VALUE);
    guest.post(120);
    for (int i = 0; i < 5; i++) {
      guest.driver.runDevice();
    }
    for (int i = 0; i < 120; i++) {
      assertThat(guest.poll().orElseThrow().guestPort()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 43, 45, 60})
  void packetThatDoesNotFitItsChainFailsTheDevice(int length) throws IOException {
    VsockConnection connection = accepted(PEER);
    byte[] packet = guest.packet(GuestSockets.PORT, Operation.RW, PEER, 0, new byte[17]);
    guest.offer(Arrays.copyOf(packet, length));
    guest.driver.runDevice();
    assertThat(guest.driver.status() & NEEDS_RESET).isNotZero();
    assertThat(guest.device.malformed()).isEqualTo(1);
    assertThatThrownBy(() -> connection.input().read()).isInstanceOf(IOException.class);
    guest.start();
    accepted(PEER);
  }

  @Test
  void headersMayBeCutAnyhow() throws IOException {
    VsockConnection connection = accepted(PEER);
    byte[] packet = guest.packet(GuestSockets.PORT, Operation.RW, PEER, 0, new byte[] {1, 2, 3});
    guest.offer(packet, 1, 9, 20, 15);
    guest.driver.runDevice();
    assertThat(connection.input().readNBytes(3)).containsExactly(1, 2, 3);
    guest.driver.start(0, 256);
    guest.postOne(3, 50, 4, 100);
    guest.sendTo(1, Operation.REQUEST, PEER, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RST);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 43, 44})
  void bufferWithoutRoomForDataFailsTheDevice(int length) {
    guest.driver.start(0, 256);
    guest.postOne(length);
    guest.send(Operation.RW, PEER, 0);
    assertThat(guest.driver.status() & NEEDS_RESET).isNotZero();
  }

  private VsockConnection accepted(int port) throws IOException {
    guest.send(Operation.REQUEST, port, 0);
    assertThat(guest.next().operation()).isEqualTo(Operation.RESPONSE);
    return guest.vsock.door().accept(GuestSockets.PORT, Duration.ZERO);
  }

  private int taken() {
    return guest.memory.readU16(guest.driver.queue(1).used() + 2);
  }
}
