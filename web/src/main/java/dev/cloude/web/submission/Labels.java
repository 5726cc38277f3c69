package dev.cloude.web.submission;

import dev.cloude.web.problem.Quoted;
import java.util.Map;
import java.util.regex.Pattern;

/** Names and values for finding jobs again. */
public final class Labels {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,%d}".formatted(Shape.LONGEST_LABEL_NAME - 1));

  private Labels() {}

  /**
   * Labels without surprises; empty for null.
   *
   * @param field that has them
   * @throws RuntimeException a problem
   */
  static Map<String, String> of(String field, Map<String, String> labels) {
    if (labels == null) {
      return Map.of();
    }
    if (labels.size() > Shape.MOST_LABELS) {
      throw Texts.bad(
          field,
          "has %d entries; at most %d are allowed".formatted(labels.size(), Shape.MOST_LABELS));
    }
    labels.forEach((name, value) -> check(field, name, value));
    return labels;
  }

  private static void check(String field, String name, String value) {
    if (!isName(name)) {
      throw Texts.bad(
          field,
          "has the name %s; a name has 1 to %d of A-Z a-z 0-9 . _ / - and begins with a letter or digit"
              .formatted(Quoted.of(name), Shape.LONGEST_LABEL_NAME));
    }
    if (value == null) {
      throw Texts.bad(field, "has null for %s; send a string".formatted(Quoted.of(name)));
    }
    if (!isValue(value)) {
      throw Texts.bad(
          field,
          "has %s for %s; a value has at most %d characters and no control characters"
              .formatted(Quoted.of(value), Quoted.of(name), Shape.LONGEST_LABEL_VALUE));
    }
    Texts.utf8(field, value);
  }

  /** Whether a label may have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  private static boolean isValue(String value) {
    return value.length() <= Shape.LONGEST_LABEL_VALUE
        && value.codePoints().noneMatch(Character::isISOControl);
  }
}
