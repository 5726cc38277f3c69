package dev.cloude.initramfs.tree;

/**
 * What can be at a path. Two paths with the same {@link RegularFile} object are hard links; that is
 * why a file has the identity of its object.
 */
public sealed interface Node {

  Attributes attributes();

  /** A directory; what is in it is told by the paths below. */
  record Directory(Attributes attributes) implements Node {}

  /**
   * A symbolic link.
   *
   * @param target as stored, not resolved
   */
  record Symlink(Attributes attributes, String target) implements Node {}

  /** A device or a named pipe; numbers are 0 for a pipe. */
  record Special(Attributes attributes, Kind kind, int major, int minor) implements Node {
    /** Kinds of special files. */
    public enum Kind {
      CHARACTER,
      BLOCK,
      PIPE
    }
  }

  /** A regular file with one or more names. */
  final class RegularFile implements Node {
    private final Attributes attributes;
    private final Content content;

    public RegularFile(Attributes attributes, Content content) {
      this.attributes = attributes;
      this.content = content;
    }

    @Override
    public Attributes attributes() {
      return attributes;
    }

    public Content content() {
      return content;
    }
  }
}
