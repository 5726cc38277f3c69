package dev.cloude.ejb.language;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions that a client accepts: {@code 3.11} (and everything below it, such as 3.11.4),
 * {@code ^3.9} (3.9 or later, but not 4), {@code ~3.11.2} (3.11.2 or later, but not 3.12), {@code
 * >=3}, {@code *}.
 */
final class VersionRange {
  private static final Pattern FORM =
      Pattern.compile("(\\^|~|>=|=)?(\\d{1,9}(?:\\.\\d{1,9}){0,3})|\\*");

  private final String operator;
  private final int[] numbers;

  private VersionRange(String operator, int[] numbers) {
    this.operator = operator;
    this.numbers = numbers;
  }

  /** The range that a text means; empty when it has none of the forms. */
  static Optional<VersionRange> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    if (form.group(2) == null) {
      return Optional.of(new VersionRange(">=", new int[0]));
    }
    String operator = form.group(1) == null ? "=" : form.group(1);
    return Optional.of(new VersionRange(operator, numbers(form.group(2))));
  }

  /** Whether a catalogue's version is in the range; what follows its numbers does not count. */
  boolean contains(String version) {
    Matcher leading = Pattern.compile("\\d{1,9}(\\.\\d{1,9})*").matcher(version);
    int[] actual = leading.lookingAt() ? numbers(leading.group()) : new int[0];
    return switch (operator) {
      case "=" -> samePrefix(actual, numbers.length);
      case "^" -> samePrefix(actual, 1) && compare(actual) >= 0;
      case "~" -> samePrefix(actual, Math.min(2, numbers.length)) && compare(actual) >= 0;
      default -> compare(actual) >= 0;
    };
  }

  private static int[] numbers(String dotted) {
    return Arrays.stream(dotted.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }

  private boolean samePrefix(int[] actual, int length) {
    return actual.length >= length
        && Arrays.equals(actual, 0, length, numbers, 0, Math.min(length, numbers.length));
  }

  /** Numbers that are missing count as 0. */
  private int compare(int[] actual) {
    for (int i = 0; i < Math.max(actual.length, numbers.length); i++) {
      int mine = i < numbers.length ? numbers[i] : 0;
      int other = i < actual.length ? actual[i] : 0;
      if (mine != other) {
        return Integer.compare(other, mine);
      }
    }
    return 0;
  }
}
