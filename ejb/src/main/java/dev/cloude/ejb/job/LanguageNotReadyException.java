package dev.cloude.ejb.job;

import java.time.Duration;

/**
 * A language's image is not there yet, so its jobs cannot be run. The message is for the client.
 */
public class LanguageNotReadyException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /**
   * @param language name in the catalogue
   * @param retryAfter when it may be tried again; at least a second
   */
  public LanguageNotReadyException(String language, Duration retryAfter) {
    super(
        ("The image of %s is not there: it is still being built, or could not be built;"
                + " try again in %d s.")
            .formatted(language, retryAfter.toSeconds()));
    this.retryAfter = retryAfter;
  }

  /** For the {@code Retry-After} header. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
