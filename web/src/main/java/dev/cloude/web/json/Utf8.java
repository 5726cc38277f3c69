package dev.cloude.web.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Text and bytes at the edge of the server: what is not UTF-8 is refused from clients, and carried
 * beside the text for what programs wrote.
 */
public final class Utf8 {
  private Utf8() {}

  /** Refuses what Java would silently replace: half of a surrogate pair. */
  public static byte[] encode(String text) throws CharacterCodingException {
    ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  /** Refuses what is not UTF-8. */
  static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** U+FFFD for what is not UTF-8. */
  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Null for UTF-8, which {@link #text} carries without loss. */
  public static String base64(byte[] bytes) {
    try {
      decode(bytes);
      return null;
    } catch (CharacterCodingException e) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }
}
