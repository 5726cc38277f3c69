package dev.cloude.runtime.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.agent.AgentException.Code;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final long PLENTY = 1L << 40;

  @Property(tries = 300)
  void whatWasFramedComesOut(@ForAll("frames") List<Frame> frames) throws Exception {
    FrameReader reader = new FrameReader(new ByteArrayInputStream(written(frames)), PLENTY);

    for (Frame frame : frames) {
      Frame read = reader.next();
      assertThat(read.type()).isEqualTo(frame.type());
      assertThat(read.payload()).isEqualTo(frame.payload());
    }
    assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
  }

  @Property(tries = 300)
  void anyCutIsNoticed(@ForAll("frames") List<Frame> frames, @ForAll int where) throws Exception {
    byte[] whole = written(frames);
    int length = whole.length == 0 ? 0 : Math.floorMod(where, whole.length);
    FrameReader reader = new FrameReader(new ByteArrayInputStream(whole, 0, length), PLENTY);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < frames.size() + 1; i++) {
                reader.next();
              }
            })
        .isInstanceOf(EOFException.class);
  }

  @Property(tries = 1000)
  void anythingElseIsAnErrorAndNothingWorse(@ForAll byte[] garbage) {
    FrameReader reader = new FrameReader(new ByteArrayInputStream(garbage), PLENTY);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= garbage.length / Frame.HEADER_BYTES; i++) {
                reader.next();
              }
            })
        .isInstanceOfAny(EOFException.class, AgentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {Frame.MAX_PAYLOAD + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void aLengthThatIsNotAllowedIsRefusedBeforeItIsRead(int length) {
    byte[] header = java.nio.ByteBuffer.allocate(5).put((byte) 1).putInt(length).array();
    FrameReader reader = new FrameReader(new ByteArrayInputStream(header), PLENTY);

    assertThatThrownBy(reader::next)
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.PROTOCOL))
        .hasMessageContaining(Long.toString(Integer.toUnsignedLong(length)));
  }

  @Test
  void anUnknownTypeIsRefused() {
    FrameReader reader = new FrameReader(new ByteArrayInputStream(new byte[5]), PLENTY);

    assertThatThrownBy(reader::next).hasMessageContaining("unknown type 0x00");
  }

  @Test
  void theTotalIsBounded() throws Exception {
    List<Frame> frames =
        List.of(
            new Frame(Frame.Type.STDOUT, new byte[10]),
            new Frame(Frame.Type.KEEP_ALIVE, new byte[0]));
    FrameReader reader = new FrameReader(new ByteArrayInputStream(written(frames)), 19);

    reader.next();
    assertThatThrownBy(reader::next).hasMessageContaining("more than an execution can produce");
  }

  @Provide
  Arbitrary<List<Frame>> frames() {
    Arbitrary<byte[]> payload = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    return Combinators.combine(Arbitraries.of(Frame.Type.class), payload)
        .as(Frame::new)
        .list()
        .ofMaxSize(20);
  }

  private static byte[] written(List<Frame> frames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      out.write(FakeAgent.frame(frame.type().number(), frame.payload()));
    }
    return out.toByteArray();
  }
}
