package dev.cloude.initramfs.catalog;

/**
 * The catalogue cannot be used. The message is a sentence that names the file, the entry and the
 * field, the value found, and what is allowed.
 */
public class CatalogueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why; stable, for tests and exit codes. */
  public enum Code {
    UNREADABLE,
    NOT_JSON,
    BAD_ENTRY
  }

  private final Code code;

  public CatalogueException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public CatalogueException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
