package dev.cloude.cli;

/** A command that cannot go on. The message is a sentence for the user. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is, which decides the exit code. */
  enum Kind {
    /** The user asked for something that cannot be. */
    USAGE(2),
    /** The server failed, or could not be reached. */
    PLATFORM(125);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  private CliException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static CliException usage(String message) {
    return new CliException(Kind.USAGE, message, null);
  }

  static CliException usage(String message, Throwable cause) {
    return new CliException(Kind.USAGE, message, cause);
  }

  static CliException platform(String message) {
    return new CliException(Kind.PLATFORM, message, null);
  }

  static CliException platform(String message, Throwable cause) {
    return new CliException(Kind.PLATFORM, message, cause);
  }

  int exitCode() {
    return kind.exitCode;
  }
}
