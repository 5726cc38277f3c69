package dev.cloude.runtime.job;

import java.util.Objects;

/**
 * A file that a program consists of.
 *
 * @param path below the work folder, with {@code /} between folders; empty for the name that the
 *     language's catalogue entry gives its main file
 * @param content byte for byte
 */
public record SourceFile(String path, byte[] content) {
  public SourceFile {
    Objects.requireNonNull(path);
    Objects.requireNonNull(content);
  }

  /** The only file of a program that is one file. */
  public static SourceFile main(byte[] content) {
    return new SourceFile("", content);
  }
}
