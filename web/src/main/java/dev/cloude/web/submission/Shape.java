package dev.cloude.web.submission;

/**
 * How large the parts of a job may be. Files and words have the agent's bounds
 * (docs/agent-protocol.md), labels those of their columns.
 */
final class Shape {
  static final int MOST_FILES = 4096;
  static final int LONGEST_PATH_BYTES = 1024;
  static final int LONGEST_FILE_NAME_BYTES = 255;

  /** Arguments, flags or variables of one list. */
  static final int MOST_WORDS = 4096;

  /** Linux passes on words of less than 128 KiB. */
  static final int LONGEST_WORD_BYTES = 65_536;

  /** Linux passes on a quarter of the stack, 2 MiB, counting a pointer for each word. */
  static final int MOST_WORD_BYTES = 1 << 20;

  static final int MOST_LABELS = 32;
  static final int LONGEST_LABEL_NAME = 64;
  static final int LONGEST_LABEL_VALUE = 256;

  static final int LONGEST_LANGUAGE = 128;
  static final int LONGEST_IDEMPOTENCY_KEY = 200;

  private Shape() {}
}
