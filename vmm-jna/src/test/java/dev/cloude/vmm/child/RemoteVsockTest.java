package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Children that say of a guest's sockets what they like. */
class RemoteVsockTest {
  private static final int PORT = 1000;
  private static final int CHUNK = SocketMessage.MAX_DATA;

  private final BlockingQueue<Message> told = new LinkedBlockingQueue<>();
  private final Outgoing outgoing = new Outgoing(new MessageWriter(new Told()), "out");
  private final RemoteVsock host = new RemoteVsock(Set.of(PORT), outgoing);

  RemoteVsockTest() {
    outgoing.start();
  }

  /** Takes each message as it is written whole, length and all. */
  private final class Told extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int octet) {
      bytes.write(octet);
    }

    @Override
    public void flush() throws IOException {
      byte[] all = bytes.toByteArray();
      bytes.reset();
      told.add(MessageReader.decode(Arrays.copyOfRange(all, 4, all.length)));
    }
  }

  @AfterEach
  void close() {
    outgoing.close();
    host.close("over");
  }

  private SocketMessage said() throws InterruptedException {
    return (SocketMessage) told.poll(60, TimeUnit.SECONDS);
  }

  private void refused(SocketMessage message, String why) {
    assertThatThrownBy(() -> host.take(message))
        .isInstanceOf(MessageException.class)
        .hasMessage(why);
  }

  private VsockConnection arrived() throws IOException {
    host.take(new SocketMessage.Arrived(1, PORT, 7));
    return host.accept(PORT, Duration.ZERO);
  }

  private VsockConnection opened() throws Exception {
    VsockConnection connection = host.open(7);
    assertThat(said()).isEqualTo(new SocketMessage.Open(0, 7));
    host.take(new SocketMessage.Opened(0));
    return connection;
  }

  private static SocketMessage.Data data(int id, int length) {
    return new SocketMessage.Data(id, new byte[length]);
  }

  @Test
  void thereAreNoOtherSocketsThanThoseThatWereNamed() throws Exception {
    for (SocketMessage bad :
        List.of(
            new SocketMessage.Opened(0),
            data(0, 1),
            new SocketMessage.Credit(0, 1),
            new SocketMessage.Ends(0, 1),
            new SocketMessage.Over(0, false, ""))) {
      refused(bad, "word of a socket 0, which there is not");
    }
    for (SocketMessage bad :
        List.of(
            new SocketMessage.Open(1, 1),
            new SocketMessage.Close(1),
            new SocketMessage.StopListening(PORT))) {
      assertThatThrownBy(() -> host.take(bad)).hasMessageContaining("a message out of turn (");
    }
    refused(
        new SocketMessage.Arrived(0, PORT, 1),
        "a socket of the guest with the number 0 to port 1000");
    refused(
        new SocketMessage.Arrived(3, PORT, 1),
        "a socket of the guest with the number 3 to port 1000");
    refused(
        new SocketMessage.Arrived(1, 1, 1), "a socket of the guest with the number 1 to port 1");
    arrived();
    refused(
        new SocketMessage.Arrived(1, PORT, 1),
        "a socket of the guest with the number 1 to port 1000");
  }

  @Test
  void whatIsNotOpenHasNoData() throws Exception {
    host.open(7);
    assertThat(said()).isEqualTo(new SocketMessage.Open(0, 7));
    refused(data(0, 1), "data of socket 0 out of turn");
    refused(new SocketMessage.Credit(0, 1), "credit for 1 bytes of socket 0 out of turn");
    refused(new SocketMessage.Ends(0, 2), "the end 2 of socket 0 out of turn");
    host.take(new SocketMessage.Opened(0));
    refused(new SocketMessage.Opened(0), "the opening of socket 0 out of turn");
    refused(new SocketMessage.Over(0, true, "no"), "the last word of socket 0 out of turn");
  }

  @Test
  void theresNothingAfterAnEndAndNoEndTwice() throws Exception {
    opened();
    host.take(new SocketMessage.Ends(0, 2));
    refused(data(0, 1), "data of socket 0 out of turn");
    refused(new SocketMessage.Ends(0, 3), "the end 3 of socket 0 out of turn");
    host.take(new SocketMessage.Over(0, false, "gone"));
    assertThat(said()).isEqualTo(new SocketMessage.Close(0));
    refused(new SocketMessage.Over(0, false, "gone"), "word of a socket 0, which there is not");
  }

  @Test
  void creditIsForWhatWasSent() throws Exception {
    VsockConnection connection = opened();
    connection.output().write(new byte[100]);
    assertThat(((SocketMessage.Data) said()).bytes()).hasSize(100);
    refused(new SocketMessage.Credit(0, 101), "credit for 101 bytes of socket 0 out of turn");
    host.take(new SocketMessage.Credit(0, 100));
    refused(new SocketMessage.Credit(0, 1), "credit for 1 bytes of socket 0 out of turn");
  }

  @Test
  void noMoreIsHeldThanWasGranted() throws Exception {
    VsockConnection connection = arrived();
    for (int i = 0; i < RemoteConnection.RECEIVE_BYTES; i += CHUNK) {
      host.take(data(1, CHUNK));
    }
    refused(data(1, 1), "1 bytes of socket 1 where it had credit for 0");
    connection.input().readNBytes(RemoteConnection.RECEIVE_BYTES / 2 - 1);
    // Read is not granted: that is when it was told.
    refused(data(1, 1), "1 bytes of socket 1 where it had credit for 0");
    connection.input().read();
    assertThat(said()).isEqualTo(new SocketMessage.Credit(1, RemoteConnection.RECEIVE_BYTES / 2));
    host.take(data(1, CHUNK));
    refused(
        data(1, RemoteConnection.RECEIVE_BYTES / 2),
        "131072 bytes of socket 1 where it had credit for 98304");
  }

  @Test
  void whatComesAfterACloseIsNotHeldAndNotGranted() throws Exception {
    VsockConnection connection = arrived();
    connection.close();
    assertThat(said()).isEqualTo(new SocketMessage.Close(1));
    for (int i = 0; i < RemoteConnection.RECEIVE_BYTES; i += CHUNK) {
      host.take(data(1, CHUNK));
    }
    assertThat(connection.input().available()).isZero();
    refused(data(1, 1), "1 bytes of socket 1 where it had credit for 0");
    host.take(new SocketMessage.Over(1, false, ""));
    assertThat(host.size()).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void theGuestsAreCountedUntilBothHaveSaidTheirLast() throws Exception {
    int id = 1;
    for (int i = 0; i < RemoteVsock.MAX_OF_GUEST; i++, id += 2) {
      host.take(new SocketMessage.Arrived(id, PORT, i));
      host.take(new SocketMessage.Over(id, false, "gone"));
    }
    refused(new SocketMessage.Arrived(id, PORT, 1), "more sockets of the guest than 24");
    // One that is over can still be had, and then its room is free.
    VsockConnection first = host.accept(PORT, Duration.ZERO);
    assertThatThrownBy(() -> first.input().read()).hasMessage("gone");
    assertThat(said()).isEqualTo(new SocketMessage.Close(1));
    await().until(() -> host.size() == RemoteVsock.MAX_OF_GUEST - 1);
    host.take(new SocketMessage.Arrived(id, PORT, 1));
  }

  @Test
  void nobodyIsListenedToAfterTheEndOfThat() throws Exception {
    host.take(new SocketMessage.Arrived(1, PORT, 1));
    host.stopListening(PORT);
    host.stopListening(PORT);
    assertThat(said()).isEqualTo(new SocketMessage.StopListening(PORT));
    assertThat(said()).isEqualTo(new SocketMessage.Close(1));
    // It had not heard of it.
    host.take(new SocketMessage.Arrived(3, PORT, 1));
    assertThat(said()).isEqualTo(new SocketMessage.Close(3));
    host.take(new SocketMessage.Over(1, false, ""));
    host.take(new SocketMessage.Over(3, false, ""));
    assertThat(host.size()).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void anEndInOrderIsTheEndOfAStreamAndAnyOtherIsNot() throws Exception {
    VsockConnection connection = arrived();
    host.take(new SocketMessage.Ends(1, 3));
    host.take(new SocketMessage.Over(1, false, ""));
    assertThat(connection.input().read()).isEqualTo(-1);
    assertThatThrownBy(() -> connection.output().write(1))
        .hasMessage("The guest receives nothing more on this connection.");
    host.take(new SocketMessage.Arrived(3, PORT, 7));
    VsockConnection other = host.accept(PORT, Duration.ZERO);
    host.take(new SocketMessage.Over(3, false, ""));
    assertThatThrownBy(() -> other.input().read())
        .hasMessage("The guest has reset the connection.");
  }

  @Test
  void oneThatIsClosedBeforeItWasAskedForMayNeverBe() throws Exception {
    outgoing.close();
    assertThat(host.open(7)).isNotNull();
    refused(new SocketMessage.Opened(0), "the opening of socket 0 out of turn");
  }

  /** Whatever a child says and a program does, no more is held than may be. */
  @Property(tries = 500)
  void nothingHoldsMoreThanItMay(
      @ForAll @Size(max = 200) List<@IntRange(max = 1 << 20) Integer> steps) throws Exception {
    RemoteVsockTest fresh = new RemoteVsockTest();
    try {
      fresh.go(steps);
    } finally {
      fresh.close();
    }
  }

  private void go(List<Integer> steps) throws Exception {
    List<VsockConnection> held = new ArrayList<>();
    try {
      int arrivals = 1;
      for (int step : steps) {
        int id = step >> 4 & 7;
        int amount = (step >> 7) + 1;
        switch (step & 15) {
          case 0, 1, 2 -> host.take(data(id, Math.min(amount * 8, CHUNK)));
          case 3 -> host.take(new SocketMessage.Opened(id));
          case 4, 5 -> {
            host.take(new SocketMessage.Arrived(arrivals, PORT, amount));
            arrivals += 2;
          }
          case 6 -> host.take(new SocketMessage.Ends(id, 1 + amount % 3));
          case 7 -> host.take(new SocketMessage.Over(id, amount % 2 == 0, ""));
          case 8 -> host.take(new SocketMessage.Credit(id, amount));
          case 9 -> held.add(host.open(amount));
          case 10 -> held.add(host.accept(PORT, Duration.ZERO));
          default -> use(held, step & 15, amount);
        }
      }
    } catch (MessageException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200);
    } catch (IOException e) {
      // What a program is told.
    }
    assertThat(host.size()).isLessThanOrEqualTo(RemoteVsock.MAX_OWN + RemoteVsock.MAX_OF_GUEST);
    for (VsockConnection connection : held) {
      assertThat(connection.input().available())
          .isLessThanOrEqualTo(RemoteConnection.RECEIVE_BYTES);
    }
  }

  private static void use(List<VsockConnection> held, int what, int amount) throws IOException {
    if (!held.isEmpty()) {
      VsockConnection connection = held.get(amount % held.size());
      switch (what) {
        case 11, 12 ->
            connection.input().readNBytes(Math.min(amount, connection.input().available()));
        case 13 -> connection.output().write(new byte[amount % 64]);
        case 14 -> connection.shutdownOutput();
        default -> connection.close();
      }
    }
  }
}
