package dev.cloude.web.answer;

import dev.cloude.api.v1.OutputEventBody;
import dev.cloude.api.v1.StreamBody;
import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.StreamResult;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Bytes that programs wrote. */
public final class Streams {
  private Streams() {}

  static StreamBody of(StreamResult stream) {
    byte[] bytes = stream.bytes();
    return new StreamBody(text(bytes), base64(bytes), stream.totalBytes(), stream.truncated());
  }

  /** Data of an {@code output} event. */
  public static OutputEventBody of(JobEvent.Output output) {
    byte[] bytes = output.bytes();
    return new OutputEventBody(
        WireNames.of(output.stream()), output.offset(), text(bytes), base64(bytes));
  }

  /** U+FFFD for what is not UTF-8. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Null for UTF-8, which the text carries without loss. */
  private static String base64(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return null;
    } catch (CharacterCodingException e) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }
}
