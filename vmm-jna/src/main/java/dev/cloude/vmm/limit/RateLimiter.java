package dev.cloude.vmm.limit;

import java.util.function.LongSupplier;

/**
 * Enforces one {@link RateLimit}: ask {@link #open} before an operation and {@link #charge} what it
 * cost afterwards; when shut, come back after {@link #delayNanos}. An operation that costs more
 * than is left is let through once and paid off by waiting. For one thread.
 */
public final class RateLimiter {
  private final LongSupplier clock;
  // Null where there is no limit.
  private final TokenBucket bytes;
  private final TokenBucket operations;

  /**
   * @param clock nanoseconds that never run backwards, such as {@code System::nanoTime}
   */
  public RateLimiter(RateLimit limit, LongSupplier clock) {
    this.clock = clock;
    this.bytes = bucket(limit.bytes(), limit);
    this.operations = bucket(limit.operations(), limit);
  }

  /** Whether another operation may start. */
  public boolean open() {
    if (bytes == null && operations == null) {
      return true;
    }
    long now = clock.getAsLong();
    return (bytes == null || bytes.open(now)) && (operations == null || operations.open(now));
  }

  /** Accounts for one operation of {@code amount} bytes. */
  public void charge(long amount) {
    if (bytes == null && operations == null) {
      return;
    }
    long now = clock.getAsLong();
    if (bytes != null) {
      bytes.charge(amount, now);
    }
    if (operations != null) {
      operations.charge(1, now);
    }
  }

  /** Nanoseconds until {@link #open}; 0 when open now. */
  public long delayNanos() {
    if (bytes == null && operations == null) {
      return 0;
    }
    long now = clock.getAsLong();
    long wait = bytes == null ? 0 : bytes.delayNanos(now);
    return operations == null ? wait : Math.max(wait, operations.delayNanos(now));
  }

  private TokenBucket bucket(long capacity, RateLimit limit) {
    return capacity == 0
        ? null
        : new TokenBucket(capacity, limit.refill().toNanos(), clock.getAsLong());
  }
}
