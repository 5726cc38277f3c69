package dev.cloude.cli;

/** The server gave no answer at all, so that the same question may be asked again. */
final class UnreachableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
