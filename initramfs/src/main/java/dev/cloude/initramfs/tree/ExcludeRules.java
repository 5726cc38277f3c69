package dev.cloude.initramfs.tree;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which paths to leave out. A pattern is an absolute path; {@code *} stands for anything within one
 * component, {@code **} for anything. A match takes all below it along.
 */
public final class ExcludeRules {
  private final List<String> patterns;
  private final Pattern any;

  public ExcludeRules(List<String> patterns) {
    this.patterns = List.copyOf(patterns);
    this.any =
        Pattern.compile(String.join("|", patterns.stream().map(ExcludeRules::regex).toList()));
  }

  /** The patterns, in order. */
  public List<String> patterns() {
    return patterns;
  }

  /** Takes what matches out of a tree. */
  public void applyTo(FileTree tree) {
    if (!patterns.isEmpty()) {
      tree.removeIf((path, node) -> any.matcher("/" + path).matches());
    }
  }

  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '*') {
        regex.append(Pattern.quote(String.valueOf(c)));
      } else if (pattern.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else {
        regex.append("[^/]*");
      }
    }
    return regex.toString();
  }
}
