package dev.cloude.runtime.agent;

/** Text from a guest, made fit for a message of ours. */
final class GuestText {
  private static final int MOST_CHARS = 300;

  private GuestText() {}

  /** The beginning of a text, without control characters. */
  static String printable(String text) {
    String clean =
        text.codePoints()
            .limit(MOST_CHARS)
            .collect(
                StringBuilder::new,
                (builder, c) -> builder.appendCodePoint(Character.isISOControl(c) ? ' ' : c),
                StringBuilder::append)
            .toString();
    return clean.strip();
  }
}
