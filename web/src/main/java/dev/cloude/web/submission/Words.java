package dev.cloude.web.submission;

import dev.cloude.web.problem.Quoted;
import java.util.List;
import java.util.Map;

/** Arguments, flags and variables: what execve passes on. */
final class Words {
  /** Of all lists of a job together. */
  private int bytes;

  private final String at;

  /**
   * @param at goes before the names of fields in problems
   */
  Words(String at) {
    this.at = at;
  }

  /** A list without surprises; empty for null. */
  List<String> list(String name, List<String> words) {
    if (words == null) {
      return List.of();
    }
    refuseMany(at + name, words.size());
    for (int i = 0; i < words.size(); i++) {
      word(at + name + "[" + i + "]", words.get(i));
    }
    return words;
  }

  /** Variables without surprises; empty for null. */
  Map<String, String> variables(String name, Map<String, String> variables) {
    if (variables == null) {
      return Map.of();
    }
    refuseMany(at + name, variables.size());
    variables.forEach(
        (key, value) -> {
          if (key.isEmpty() || key.indexOf('=') >= 0) {
            throw Texts.bad(
                at + name,
                "has the name %s; a name is not empty and has no \"=\"".formatted(Quoted.of(key)));
          }
          word(at + name, key);
          word(at + name + "." + Quoted.of(key), value);
        });
    return variables;
  }

  private static void refuseMany(String field, int count) {
    if (count > Shape.MOST_WORDS) {
      throw Texts.bad(
          field, "has %d entries; at most %d are allowed".formatted(count, Shape.MOST_WORDS));
    }
  }

  private void word(String field, String word) {
    if (word == null) {
      throw Texts.bad(field, "is null; send a string");
    }
    if (word.indexOf('\0') >= 0) {
      throw Texts.bad(field, "has a NUL in it, which no program can be given");
    }
    int length = Texts.utf8(field, word).length;
    if (length > Shape.LONGEST_WORD_BYTES) {
      throw Texts.bad(
          field,
          "has %d bytes; at most %d are allowed".formatted(length, Shape.LONGEST_WORD_BYTES));
    }
    bytes += length + 1;
    if (bytes > Shape.MOST_WORD_BYTES) {
      throw Texts.bad(
          field,
          "makes args, env and compiler_flags larger than %d bytes together"
              .formatted(Shape.MOST_WORD_BYTES));
    }
  }
}
