package dev.cloude.ejb.job;

import java.util.Arrays;

/**
 * Compares what a program wrote with what was expected: byte for byte, but for spaces, tabs and
 * carriage returns at the end of a line, and for empty lines at the end of everything.
 */
final class ExpectedOutput {
  private ExpectedOutput() {}

  static boolean matches(byte[] expected, byte[] actual) {
    return Arrays.equals(trimmed(expected), trimmed(actual));
  }

  private static byte[] trimmed(byte[] text) {
    byte[] kept = new byte[text.length];
    int length = 0;
    // One past the last byte of the current line that is not blank.
    int lineEnd = 0;
    // One past the last byte that is neither blank nor the end of a line.
    int end = 0;
    for (byte b : text) {
      if (b == '\n') {
        length = lineEnd;
        kept[length++] = b;
        lineEnd = length;
      } else {
        kept[length++] = b;
        if (b != ' ' && b != '\t' && b != '\r') {
          lineEnd = length;
          end = length;
        }
      }
    }
    return Arrays.copyOf(kept, end);
  }
}
