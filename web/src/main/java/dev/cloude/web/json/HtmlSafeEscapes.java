package dev.cloude.web.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;

/**
 * Writes {@code < > &} as escapes, which mean the same in JSON: what a program or a client wrote
 * can then not be taken for HTML, whatever reads the answer.
 */
final class HtmlSafeEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;
  private static final int[] ESCAPES = standardAsciiEscapesForJSON();

  static {
    for (char c : "<>&".toCharArray()) {
      ESCAPES[c] = ESCAPE_STANDARD;
    }
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return ESCAPES.clone();
  }

  /** Never asked: no character has an escape of its own making. */
  @Override
  public SerializableString getEscapeSequence(int character) {
    return null;
  }
}
