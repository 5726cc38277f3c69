package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloude.vmm.virtio.vsock.GuestSockets;
import dev.cloude.vmm.virtio.vsock.GuestSockets.Received;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a guest and a host's program see of sockets that go through two processes. */
class SocketPairTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int PEER = 5000;
  private static final int PACKET = 4096;
  private static final int SEND = 2;
  private static final int RECEIVE = 1;

  private final SocketPair pair;
  private final GuestSockets guest;

  SocketPairTest() throws IOException {
    pair = new SocketPair();
    guest = pair.guest;
  }

  @AfterEach
  void close() throws Exception {
    pair.close();
    assertThat(pair.broken.isCompletedExceptionally())
        .as(() -> pair.broken.handle((none, e) -> String.valueOf(e)).join())
        .isFalse();
  }

  @Test
  void guestConnectsBothTalkAndEachEndsItsHalf() throws IOException {
    VsockConnection connection = accepted(PEER);
    assertThat(connection.guestPort()).isEqualTo(PEER);
    guest.send(GuestSockets.RW, PEER, 0, text("ready"));
    assertThat(connection.input().readNBytes(5)).isEqualTo(text("ready"));
    guest.send(GuestSockets.SHUTDOWN, PEER, SEND);
    assertThat(connection.input().read()).isEqualTo(-1);
    connection.output().write(text("run this"));
    connection.shutdownOutput();
    connection.shutdownOutput();
    assertThatThrownBy(() -> connection.output().write(1)).hasMessageContaining("shut down");
    assertThat(pair.packet().data()).isEqualTo(text("run this"));
    Received end = pair.packet();
    assertThat(end.operation()).isEqualTo(GuestSockets.SHUTDOWN);
    assertThat(end.flags()).isEqualTo(SEND);
    guest.send(GuestSockets.SHUTDOWN, PEER, RECEIVE);
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.RST);
    pair.awaitNone();
    assertThat(connection.input().read()).isEqualTo(-1);
  }

  @Test
  void hostConnectsAndBothTalk() throws Exception {
    VsockConnection connection = connected(-2);
    assertThat(connection.guestPort()).isEqualTo(0xffff_fffeL);
    connection.output().write(7);
    assertThat(pair.packet().data()).containsExactly(7);
  }

  @Test
  void guestThatRefusesIsNamedAndOneThatIsSilentIsLeft() throws Exception {
    VsockConnection refused = pair.host.open(PEER);
    Received request = pair.packet();
    guest.sendTo(request.hostPort(), GuestSockets.RST, PEER, 0);
    assertThatThrownBy(() -> refused.awaitOpen(LONG))
        .isInstanceOf(ConnectException.class)
        .hasMessage("The guest refuses connections to its port 5000.");
    assertThatThrownBy(() -> pair.host.connect(PEER, Duration.ofNanos(1)))
        .isInstanceOf(SocketTimeoutException.class);
    pair.awaitNone();
  }

  @Test
  void aResetIsTold() throws IOException {
    VsockConnection connection = accepted(PEER);
    guest.send(GuestSockets.RW, PEER, 0, text("x"));
    guest.send(GuestSockets.RST, PEER, 0);
    assertThat(connection.input().read()).isEqualTo('x');
    assertThatThrownBy(() -> connection.input().read())
        .hasMessage("The guest has reset the connection.");
    assertThatThrownBy(() -> connection.output().write(1))
        .hasMessage("The guest has reset the connection.");
    pair.awaitNone();
  }

  @Test
  void aGuestThatReceivesNoMoreEndsAWriter() throws Exception {
    guest.allocated = 0;
    VsockConnection connection = accepted(PEER);
    CompletableFuture<Void> writer = writing(connection, new byte[1 << 20]);
    guest.send(GuestSockets.SHUTDOWN, PEER, RECEIVE);
    assertThatThrownBy(() -> writer.get(1, TimeUnit.MINUTES))
        .hasRootCauseMessage("The guest receives nothing more on this connection.");
  }

  @Test
  void aGuestWaitsForItsReaderAndNobodyElseDoes() throws IOException {
    VsockConnection slow = accepted(PEER);
    VsockConnection other = accepted(PEER + 1);
    byte[] data = new byte[RemoteConnection.RECEIVE_BYTES];
    new Random(1).nextBytes(data);
    for (int i = 0; i < data.length; i += PACKET) {
      guest.send(GuestSockets.RW, PEER, 0, Arrays.copyOfRange(data, i, i + PACKET));
    }
    await().atMost(LONG).until(() -> slow.input().available() == data.length);
    // All has left the device, but the guest has no credit for more.
    assertThat(guest.silent()).isTrue();
    guest.send(GuestSockets.RW, PEER + 1, 0, text("other"));
    assertThat(other.input().readNBytes(5)).isEqualTo(text("other"));

    assertThat(slow.input().readNBytes(data.length / 2)).startsWith(data[0], data[1], data[2]);
    Received credit = pair.packet();
    assertThat(credit.operation()).isEqualTo(GuestSockets.CREDIT_UPDATE);
    assertThat(credit.guestPort()).isEqualTo(PEER);
    assertThat(credit.forwarded()).isEqualTo(data.length / 2);
    guest.send(GuestSockets.RW, PEER, 0, text("more"));
    await().atMost(LONG).until(() -> slow.input().available() == data.length / 2 + 4);
  }

  @Test
  void aGuestThatSendsBeyondItsCreditLosesThatConnectionAlone() throws IOException {
    VsockConnection slow = accepted(PEER);
    VsockConnection other = accepted(PEER + 1);
    for (int i = 0; i < RemoteConnection.RECEIVE_BYTES; i += PACKET) {
      guest.send(GuestSockets.RW, PEER, 0, new byte[PACKET]);
    }
    await().atMost(LONG).until(() -> slow.input().available() == RemoteConnection.RECEIVE_BYTES);
    guest.send(GuestSockets.RW, PEER, 0, text("!"));
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.RST);
    assertThat(slow.input().readNBytes(RemoteConnection.RECEIVE_BYTES))
        .hasSize(RemoteConnection.RECEIVE_BYTES);
    assertThatThrownBy(() -> slow.input().read())
        .hasMessage(
            "The connection was reset: the guest has sent 1 bytes where it had credit for 0.");
    guest.send(GuestSockets.RW, PEER + 1, 0, text("other"));
    assertThat(other.input().readNBytes(5)).isEqualTo(text("other"));
  }

  @Test
  void aWriterWaitsForTheGuestAndNobodyElseDoes() throws Exception {
    guest.allocated = 0;
    VsockConnection slow = accepted(PEER);
    byte[] data = new byte[3 * RemoteConnection.SEND_BYTES];
    new Random(2).nextBytes(data);
    CompletableFuture<Void> writer = writing(slow, data);
    guest.allocated = 1 << 20;
    VsockConnection other = accepted(PEER + 1);
    other.output().write(text("other"));
    Received packet = pair.packet();
    while (packet.guestPort() != PEER + 1) {
      // A question for credit.
      assertThat(packet.data()).isEmpty();
      packet = pair.packet();
    }
    assertThat(packet.data()).isEqualTo(text("other"));
    assertThat(writer).isNotDone();

    guest.send(GuestSockets.CREDIT_UPDATE, PEER, 0);
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    while (came.size() < data.length) {
      came.writeBytes(pair.packet().data());
    }
    writer.get(1, TimeUnit.MINUTES);
    assertThat(came.toByteArray()).isEqualTo(data);
  }

  @Test
  void whatWasWrittenStillComesAfterAClose() throws IOException {
    guest.allocated = 0;
    VsockConnection connection = accepted(PEER);
    connection.output().write(new byte[RemoteConnection.SEND_BYTES]);
    connection.close();
    connection.close();
    assertThatThrownBy(() -> connection.input().read()).hasMessage("The connection was closed.");
    guest.allocated = 1 << 20;
    int came = 0;
    // The guest may still be sending.
    guest.send(GuestSockets.RW, PEER, 0, new byte[100]);
    while (came < RemoteConnection.SEND_BYTES) {
      came += pair.packet().data().length;
    }
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.SHUTDOWN);
    guest.send(GuestSockets.RST, PEER, 0);
    pair.awaitNone();
  }

  @Test
  void theGuestHasNoMoreThanItsShare() throws IOException {
    List<VsockConnection> all = new ArrayList<>();
    for (int i = 0; i < RemoteVsock.MAX_OF_GUEST; i++) {
      all.add(accepted(PEER + i));
    }
    guest.send(GuestSockets.REQUEST, 1, 0);
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.RST);
    // The host has its own.
    VsockConnection own = pair.host.open(PEER);
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.REQUEST);
    own.close();
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.RST);
    for (VsockConnection connection : all) {
      connection.close();
      assertThat(pair.packet().operation()).isEqualTo(GuestSockets.SHUTDOWN);
      guest.send(GuestSockets.RST, (int) connection.guestPort(), 0);
    }
    pair.awaitNone();
    accepted(1).close();
  }

  @Test
  void endedOnesThatNobodyAcceptsTakeUpRoom() throws IOException {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < RemoteVsock.MAX_OF_GUEST; i++) {
        guest.send(GuestSockets.REQUEST, PEER + i, 0);
        guest.send(GuestSockets.RST, PEER + i, 0);
        assertThat(guest.work()).isNotNull();
      }
    }
    await().atMost(LONG).until(() -> pair.host.size() == RemoteVsock.MAX_OF_GUEST);
    assertThat(guest.connections()).isLessThanOrEqualTo(RemoteVsock.MAX_OF_GUEST);
    pair.host.stopListening(GuestSockets.PORT);
    pair.awaitNoneOfHost();
    guest.send(GuestSockets.REQUEST, 1, 0);
    assertThat(pair.packet().operation()).isEqualTo(GuestSockets.RST);
    assertThatThrownBy(() -> pair.host.accept(GuestSockets.PORT, LONG))
        .hasMessage("The host listens on port 1000 no more.");
  }

  @Test
  void theDevicesLimitIsTheHostsToo() throws IOException {
    List<VsockConnection> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(accepted(PEER + i));
    }
    for (int i = 0; i < RemoteVsock.MAX_OWN; i++) {
      all.add(pair.host.open(i));
    }
    assertThatThrownBy(() -> pair.host.open(1)).hasMessageContaining("32 connections already");
    assertThatThrownBy(() -> all.get(all.size() - 1).awaitOpen(LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("The guest has 32 connections already, the most there may be.");
    all.forEach(VsockConnection::close);
    pair.awaitNoneOfHost();
  }

  @Test
  void theEndOfTheVmEndsAllWaitingAndLeavesWhatCameBefore() throws Exception {
    VsockConnection connection = accepted(PEER);
    CompletableFuture<Void> writer = writing(connection, new byte[2 << 20]);
    guest.send(GuestSockets.REQUEST, PEER + 1, 0);
    for (int i = 0; i < RemoteConnection.RECEIVE_BYTES; i += PACKET) {
      guest.send(GuestSockets.RW, PEER + 1, 0, new byte[PACKET]);
    }
    pair.end();
    assertThatThrownBy(() -> connection.input().read()).hasMessageContaining("given up");
    assertThatThrownBy(() -> writer.get(1, TimeUnit.MINUTES))
        .hasRootCauseInstanceOf(IOException.class);
    VsockConnection late = pair.host.accept(GuestSockets.PORT, LONG);
    assertThat(late.input().readNBytes(RemoteConnection.RECEIVE_BYTES))
        .hasSize(RemoteConnection.RECEIVE_BYTES);
    assertThatThrownBy(() -> late.input().read()).hasMessageContaining("given up");
  }

  @Test
  void muchGoesBothWaysAtOnce() throws Exception {
    VsockConnection connection = accepted(PEER);
    byte[] data = new byte[4 << 20];
    new Random(3).nextBytes(data);
    CompletableFuture<Void> writer = writing(connection, data);
    CompletableFuture<byte[]> reader =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return connection.input().readAllBytes();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> new Thread(task).start());
    // The guest sends back what it gets, when it has credit for it.
    ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    int sent = 0;
    int limit = RemoteConnection.RECEIVE_BYTES;
    while (sent < data.length) {
      Received packet = pair.packet();
      guest.forwarded += packet.data().length;
      waiting.writeBytes(packet.data());
      limit = packet.forwarded() + packet.allocated();
      byte[] all = waiting.toByteArray();
      int part = Math.min(all.length, limit - sent);
      waiting.reset();
      waiting.write(all, part, all.length - part);
      for (int at = 0; at < part; at += PACKET) {
        int end = Math.min(part, at + PACKET);
        guest.send(GuestSockets.RW, PEER, 0, Arrays.copyOfRange(all, at, end));
      }
      sent += part;
      if (part == 0) {
        guest.send(GuestSockets.CREDIT_UPDATE, PEER, 0);
      }
    }
    guest.send(GuestSockets.SHUTDOWN, PEER, SEND);
    assertThat(reader.get(1, TimeUnit.MINUTES)).isEqualTo(data);
    writer.get(1, TimeUnit.MINUTES);
  }

  private VsockConnection accepted(int port) throws IOException {
    guest.send(GuestSockets.REQUEST, port, 0);
    Received answer = pair.packet();
    while (answer.guestPort() != port) {
      answer = pair.packet();
    }
    assertThat(answer.operation()).isEqualTo(GuestSockets.RESPONSE);
    return pair.host.accept(GuestSockets.PORT, LONG);
  }

  private VsockConnection connected(int port) throws IOException {
    VsockConnection connection = pair.host.open(port);
    Received request = pair.packet();
    assertThat(request.operation()).isEqualTo(GuestSockets.REQUEST);
    guest.sendTo(request.hostPort(), GuestSockets.RESPONSE, port, 0);
    connection.awaitOpen(LONG);
    return connection;
  }

  private static CompletableFuture<Void> writing(VsockConnection connection, byte[] data) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            connection.output().write(data);
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
