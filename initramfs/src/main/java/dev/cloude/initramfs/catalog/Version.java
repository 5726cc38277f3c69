package dev.cloude.initramfs.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A language's version, ordered by its numbers: 3.10 comes after 3.9. Letters are compared as text,
 * {@code ~} comes before everything, even the end: 3.13~rc1 comes before 3.13.
 *
 * <p>The text has no dash, so that {@code name-version} can be taken apart again whatever the name.
 */
public final class Version implements Comparable<Version> {
  private static final Pattern VALID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+~_]{0,63}");
  private static final Pattern PART = Pattern.compile("[0-9]+|[A-Za-z]+|~");

  private final String text;
  private final List<String> parts = new ArrayList<>();

  private Version(String text) {
    this.text = text;
    Matcher matcher = PART.matcher(text);
    while (matcher.find()) {
      parts.add(matcher.group());
    }
  }

  /** Whether {@link #of} takes this text. */
  public static boolean isValid(String text) {
    return VALID.matcher(text).matches();
  }

  /**
   * @throws IllegalArgumentException when the text is not a version
   */
  public static Version of(String text) {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a version: use letters, digits and . + ~ _ (for example 3.11).");
    }
    return new Version(text);
  }

  @Override
  public int compareTo(Version other) {
    for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
      int order = comparePart(part(i), other.part(i));
      if (order != 0) {
        return order;
      }
    }
    return text.compareTo(other.text);
  }

  private String part(int index) {
    return index < parts.size() ? parts.get(index) : "";
  }

  private static int comparePart(String a, String b) {
    int byKind = Integer.compare(rank(a), rank(b));
    if (byKind != 0 || rank(a) != NUMBER) {
      return byKind != 0 ? byKind : a.compareTo(b);
    }
    String left = a.replaceFirst("^0+", "");
    String right = b.replaceFirst("^0+", "");
    return left.length() != right.length()
        ? Integer.compare(left.length(), right.length())
        : left.compareTo(right);
  }

  private static final int NUMBER = 3;

  private static int rank(String part) {
    if (part.isEmpty()) {
      return 1;
    }
    char first = part.charAt(0);
    return first == '~' ? 0 : Character.isDigit(first) ? NUMBER : 2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Version version && version.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
