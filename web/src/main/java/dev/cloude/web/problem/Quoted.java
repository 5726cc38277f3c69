package dev.cloude.web.problem;

/** What a client wrote, made fit to stand in a sentence. */
public final class Quoted {
  private static final int LONGEST = 120;

  private Quoted() {}

  /** In quotation marks, on one line, cut when it is long. */
  public static String of(String text) {
    return "\"" + bounded(text) + "\"";
  }

  /** As {@link #of}, without the marks. */
  static String bounded(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            point -> {
              boolean shown =
                  !Character.isISOControl(point)
                      && Character.getType(point) != Character.SURROGATE
                      && Character.getType(point) != Character.FORMAT;
              out.appendCodePoint(shown ? point : '\ufffd');
            });
    return text.codePointCount(0, text.length()) > LONGEST ? out + "…" : out.toString();
  }
}
