package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.Limits;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.limit.RateLimit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {

  static Stream<Message> messages() {
    return Stream.of(
        new Message.Ready(),
        new Message.Start(
            "vm-ä",
            "/boot/vmlinuz",
            Optional.of("/images/python.cpio"),
            "console=ttyS0 quiet",
            BootProtocol.PVH,
            5L << 30,
            4,
            Optional.of(new Message.Tap("tap0", "02:c1:0a:00:00:02")),
            Vhost.ON,
            List.of("/images/python.erofs", "/images/data"),
            Optional.of(List.of(1000, 3001)),
            true,
            Optional.of(Duration.ofSeconds(30)),
            Limits.DEFAULT.withSent(RateLimit.bytesPerSecond(1234)),
            OptionalInt.of(410_000)),
        new Message.Start(
            "",
            "k",
            Optional.empty(),
            "",
            BootProtocol.AUTO,
            16 << 20,
            1,
            Optional.empty(),
            Vhost.AUTO,
            List.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Limits.DEFAULT,
            OptionalInt.empty()),
        new Message.AgentReady(),
        new Message.Prepare(
            new MachineShape(
                Path.of("/boot/vmlinuz"),
                Optional.of(Path.of("/images/ä.cpio")),
                false,
                BootProtocol.AUTO,
                5L << 30,
                4,
                true,
                List.of(Path.of("/images/python.erofs")),
                Optional.of(Set.of(3001)),
                Limits.DEFAULT)),
        new Message.Prepared(40L << 20),
        new Message.Started(Map.of("nanos.created", 1L, "nanos.loaded", Long.MAX_VALUE)),
        new Message.Refused(VmmException.Code.BOOT, "There is no kernel."),
        new Message.Stop(),
        new SocketMessage.Open(4, -2),
        new SocketMessage.Opened(Integer.MAX_VALUE),
        new SocketMessage.Arrived(3, 3001, Integer.MIN_VALUE),
        new SocketMessage.Credit(1, 131_072),
        new SocketMessage.Ends(1, 3),
        new SocketMessage.Over(1, true, "The guest has gone."),
        new SocketMessage.Close(0),
        new SocketMessage.StopListening(3001),
        new Message.Ended(ExitCause.PANIC, "Kernel panic: why", Map.of("exits.io", 7L)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsWrittenIsRead(Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MessageWriter writer = new MessageWriter(bytes);
    writer.write(message);
    writer.write(message);

    MessageReader reader = reader(bytes.toByteArray());
    assertThat(reader.next()).contains(message);
    assertThat(reader.next()).contains(message);
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void theConsolesBytesAreNotTouched() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Message read = MessageReader.decode(MessageWriter.encode(new Message.Console(all)));
    assertThat(((Message.Console) read).bytes()).isEqualTo(all);
  }

  @Test
  void aSocketsBytesAreNotTouchedAndNotTooManyNorNone() throws IOException {
    byte[] most = new byte[SocketMessage.MAX_DATA];
    Arrays.fill(most, (byte) 0x80);
    SocketMessage.Data read =
        (SocketMessage.Data)
            MessageReader.decode(MessageWriter.encode(new SocketMessage.Data(7, most)));
    assertThat(read.id()).isEqualTo(7);
    assertThat(read.bytes()).isEqualTo(most);
    for (int length : List.of(0, SocketMessage.MAX_DATA + 1)) {
      byte[] bytes = MessageWriter.encode(new SocketMessage.Data(7, new byte[length]));
      assertThatThrownBy(() -> MessageReader.decode(bytes))
          .isInstanceOf(MessageException.class)
          .hasMessage(length + " bytes of a socket, not 1 to 32768");
    }
  }

  @Test
  void socketsHaveNoNegativeNumbersAndNoEmptyWords() {
    for (SocketMessage bad :
        List.of(
            new SocketMessage.Opened(-1),
            new SocketMessage.Arrived(1, -1, 1),
            new SocketMessage.Credit(1, 0),
            new SocketMessage.Credit(1, -1),
            new SocketMessage.Ends(1, 0),
            new SocketMessage.Ends(1, 4))) {
      byte[] bytes = MessageWriter.encode(bad);
      assertThatThrownBy(() -> MessageReader.decode(bytes))
          .as(bad.toString())
          .isInstanceOf(MessageException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void noPartOfAMessageIsAMessage(Message message) throws IOException {
    byte[] whole = MessageWriter.encode(message);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> MessageReader.decode(part)).isInstanceOf(MessageException.class);
    }
    byte[] more = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> MessageReader.decode(more))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("1 bytes more");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, MessageWriter.MAX_BYTES + 1, Integer.MAX_VALUE})
  void anImpossibleLengthIsRefusedBeforeAnythingIsReserved(int length) {
    byte[] bytes = ByteBuffer.allocate(8).putInt(length).array();
    assertThatThrownBy(() -> reader(bytes).next())
        .isInstanceOf(MessageException.class)
        .hasMessageContaining(Integer.toUnsignedString(length));
  }

  @Test
  void aMessageThatIsCutOffIsNoEnd() {
    byte[] bytes = ByteBuffer.allocate(6).putInt(100).array();
    assertThatThrownBy(() -> reader(bytes).next())
        .isInstanceOf(MessageException.class)
        .hasMessage("a message that was cut off");
    assertThatThrownBy(() -> reader(new byte[2]).next()).isInstanceOf(MessageException.class);
  }

  @Test
  void textsForPeopleHaveNoControlCharactersAndAnEnd() throws IOException {
    String bad = "\u001b[2J\r\nERROR forged line\u202e\u0000 " + "x".repeat(30_000);
    Message.Ended read =
        (Message.Ended)
            MessageReader.decode(
                MessageWriter.encode(new Message.Ended(ExitCause.PANIC, bad, Map.of())));
    assertThat(read.detail()).hasSizeLessThanOrEqualTo(Fields.MAX_SENTENCE);
    assertThat(read.detail()).startsWith("[2J  ERROR forged line");
    assertThat(read.detail().chars()).noneMatch(c -> Character.isISOControl(c) || c == 0x202e);
  }

  @Test
  void figuresAreFewAndPlain() {
    Map<String, Long> many = new HashMap<>();
    for (int i = 0; i <= Fields.MAX_FIGURES; i++) {
      many.put("f" + i, 1L);
    }
    for (Map<String, Long> bad :
        Stream.of(many, Map.of("a b", 1L), Map.of("", 1L), Map.of("x", -1L)).toList()) {
      byte[] bytes = MessageWriter.encode(new Message.Started(bad));
      assertThatThrownBy(() -> MessageReader.decode(bytes)).isInstanceOf(MessageException.class);
    }
  }

  @Test
  void aMessageThatIsTooLongIsNotSent() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MessageWriter writer = new MessageWriter(bytes);
    assertThatThrownBy(() -> writer.write(new Message.Console(new byte[MessageWriter.MAX_BYTES])))
        .isInstanceOf(MessageException.class);
    assertThat(bytes.size()).isZero();
  }

  /** Whatever a child that a guest has taken over may send. */
  @Property(tries = 20_000)
  void anyBytesAreAMessageOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    try {
      Message message = MessageReader.decode(bytes);
      // Texts for people are cut, so that only these come back as they were.
      if (!(message instanceof Message.Refused
          || message instanceof Message.Ended
          || message instanceof SocketMessage.Over)) {
        assertThat(MessageReader.decode(MessageWriter.encode(message)))
            .usingRecursiveComparison()
            .isEqualTo(message);
      }
    } catch (MessageException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200);
    }
  }

  private static MessageReader reader(byte[] bytes) {
    return new MessageReader(new ByteArrayInputStream(bytes));
  }
}
