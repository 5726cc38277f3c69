package dev.cloude.initramfs.error;

/**
 * An image could not be built. The message is a sentence with the value that was wrong and what to
 * do about it.
 */
public class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why; stable, for tests. */
  public enum Code {
    /** An input of the build (agent, init script, kernel modules) is missing or unusable. */
    INPUT,
    /** A program that the builder needs is not installed. */
    TOOL_MISSING,
    /** A program that the builder ran has failed. */
    TOOL_FAILED,
    /** The OCI image or the package archive cannot be used. */
    SOURCE,
    /** An archive holds what a root filesystem must not hold. */
    BAD_TREE,
    /** The output folder cannot be read or written. */
    OUTPUT
  }

  private final Code code;

  public ImageException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public ImageException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
