package dev.cloude.web.submission;

import dev.cloude.web.json.Utf8;
import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/** Strings of a request as bytes. */
final class Texts {
  private Texts() {}

  /** UTF-8, refusing what Java would silently replace: half of a surrogate pair. */
  static byte[] utf8(String field, String text) {
    try {
      return Utf8.encode(text);
    } catch (CharacterCodingException e) {
      throw bad(field, "is not text: it has half of a surrogate pair");
    }
  }

  /** The bytes behind Base64 of RFC 4648, section 4. */
  static byte[] base64(String field, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw bad(field, "is not Base64 of RFC 4648, section 4, on one line");
    }
  }

  /** Bytes that were given as text, or in Base64 in the field whose name ends so, or not at all. */
  static Optional<byte[]> bytes(String field, String text, String base64) {
    if (text != null && base64 != null) {
      throw bad(field, "and " + field + "_base64 are both there; send one of them");
    }
    if (text != null) {
      return Optional.of(utf8(field, text));
    }
    return Optional.ofNullable(base64).map(given -> base64(field + "_base64", given));
  }

  /**
   * A problem with a field's value.
   *
   * @param what goes after the field's name, without the full stop
   */
  static RuntimeException bad(String field, String what) {
    return Problem.of(ProblemType.INVALID_FIELD, field, field + " " + what + ".").exception();
  }
}
