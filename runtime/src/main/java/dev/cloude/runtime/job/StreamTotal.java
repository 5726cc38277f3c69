package dev.cloude.runtime.job;

/**
 * How much was written to a stream.
 *
 * @param bytes as far as that is known; at least what was passed on
 * @param truncated whether that is more than was passed on
 */
public record StreamTotal(long bytes, boolean truncated) {
  public static final StreamTotal NOTHING = new StreamTotal(0, false);
}
