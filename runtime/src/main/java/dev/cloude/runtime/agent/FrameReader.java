package dev.cloude.runtime.agent;

import dev.cloude.runtime.agent.AgentException.Code;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Takes frames off a stream: one byte of type, four of length (big-endian), the payload. */
final class FrameReader {
  private final InputStream in;
  private long budget;

  /**
   * @param budget most bytes that all frames together may have
   */
  FrameReader(InputStream in, long budget) {
    this.in = in;
    this.budget = budget;
  }

  /**
   * The next frame. There must be one: a stream ends with {@link Frame.Type#END}.
   *
   * @throws AgentException when a frame is not allowed, or there are too many
   * @throws IOException when the stream breaks off
   */
  Frame next() throws AgentException, IOException {
    byte[] header = exactly(Frame.HEADER_BYTES);
    int number = header[0] & 0xff;
    Frame.Type type =
        Frame.Type.of(number)
            .orElseThrow(() -> broken("a frame of the unknown type 0x%02x".formatted(number)));
    // SAFETY: unsigned, so that a length above 2 GiB is too long and not negative.
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(header, 1, 4).getInt());
    if (length > Frame.MAX_PAYLOAD) {
      throw broken("a frame of %d bytes, more than %d".formatted(length, Frame.MAX_PAYLOAD));
    }
    budget -= Frame.HEADER_BYTES + length;
    if (budget < 0) {
      throw broken("more than an execution can produce");
    }
    return new Frame(type, exactly((int) length));
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the stream ended within a frame");
    }
    return bytes;
  }

  private static AgentException broken(String what) {
    return new AgentException(Code.PROTOCOL, "the agent sent " + what);
  }
}
