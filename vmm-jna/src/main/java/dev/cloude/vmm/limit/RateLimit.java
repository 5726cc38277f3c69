package dev.cloude.vmm.limit;

import java.time.Duration;

/**
 * How much of a device a guest may use: {@code bytes} and {@code operations} per {@code refill}.
 *
 * @param bytes bytes per refill time and the largest burst; 0 for no limit
 * @param operations operations (frames, requests) per refill time; 0 for no limit
 * @param refill the time in which an empty bucket fills up; positive
 */
public record RateLimit(long bytes, long operations, Duration refill) {
  /** The most that {@link TokenBucket} counts of tokens times nanoseconds. */
  private static final long PRODUCT = 1L << 62;

  /** No limit at all. */
  public static final RateLimit NONE = new RateLimit(0, 0, Duration.ofSeconds(1));

  /**
   * {@link IllegalArgumentException} for a negative amount, or a refill time that is not one or too
   * long to be counted with the amounts.
   */
  public RateLimit {
    if (bytes < 0 || operations < 0) {
      throw new IllegalArgumentException(
          String.format(
              "A rate limit of %d bytes and %d operations is negative; give 0 for no limit.",
              bytes, operations));
    }
    if (refill.isNegative() || refill.isZero()) {
      throw new IllegalArgumentException(
          "A rate limit's refill time must be positive, not " + refill + ".");
    }
    long most = Math.max(1, Math.max(bytes, operations));
    if (refill.compareTo(Duration.ofNanos(PRODUCT / most)) > 0) {
      throw new IllegalArgumentException(
          String.format(
              "A rate limit of %d bytes and %d operations cannot refill in %s: give fewer over a"
                  + " shorter time.",
              bytes, operations, refill));
    }
  }

  /** {@code bytes} in each second, any number of operations. */
  public static RateLimit bytesPerSecond(long bytes) {
    return new RateLimit(bytes, 0, Duration.ofSeconds(1));
  }
}
