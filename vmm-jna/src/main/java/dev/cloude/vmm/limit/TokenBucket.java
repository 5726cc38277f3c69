package dev.cloude.vmm.limit;

/**
 * A bucket of tokens that refills evenly over time. What is spent may exceed what is there: the
 * bucket then owes, and stays shut until the debt is refilled. So a cost that is known only
 * afterwards can be charged in full, and the long-run rate is exact. Times come from the caller.
 * For one thread.
 */
public final class TokenBucket {
  private static final long LIMIT = 1L << 62;

  private final long capacity;
  private final long refillNanos;
  // At most capacity; negative while in debt.
  private long tokens;
  // The instant up to which tokens have been counted, and what was earned towards the next token
  // by then, in token-nanoseconds below refillNanos: so nothing is lost to rounding.
  private long countedTo;
  private long carry;

  /**
   * @param capacity tokens in a full bucket
   * @param refillNanos nanoseconds in which an empty bucket fills up
   * @param now nanoseconds of a clock that never runs backwards
   */
  public TokenBucket(long capacity, long refillNanos, long now) {
    if (capacity <= 0 || refillNanos <= 0 || capacity > LIMIT / refillNanos) {
      throw new IllegalArgumentException(
          String.format(
              "A bucket cannot refill %d tokens in %d ns; both must be positive and their product"
                  + " at most 2^62. Give fewer tokens over a shorter time.",
              capacity, refillNanos));
    }
    this.capacity = capacity;
    this.refillNanos = refillNanos;
    this.tokens = capacity;
    this.countedTo = now;
  }

  /** Whether at least one token is there. */
  public boolean open(long now) {
    refill(now);
    return tokens > 0;
  }

  /** Takes {@code amount} tokens, whether there or not. */
  public void charge(long amount, long now) {
    refill(now);
    tokens = Math.max(tokens - amount, -LIMIT);
  }

  /** Nanoseconds until the bucket is open; 0 when it is. */
  public long delayNanos(long now) {
    if (open(now)) {
      return 0;
    }
    long needed = 1 - tokens;
    long rounds = needed / capacity;
    if (rounds > LIMIT / refillNanos) {
      return LIMIT;
    }
    // Rounded up, so that at the end of the wait the token is really there.
    long scaled = needed % capacity * refillNanos - carry;
    return rounds * refillNanos - Math.floorDiv(-scaled, capacity);
  }

  private void refill(long now) {
    long elapsed = now - countedTo;
    if (elapsed <= 0) {
      return;
    }
    countedTo = now;
    long missing = capacity - tokens;
    long rounds = elapsed / refillNanos;
    if (rounds > missing / capacity) {
      tokens = capacity;
      carry = 0;
      return;
    }
    // No overflow: less than one refill time, and capacity times refillNanos is at most 2^62.
    long scaled = elapsed % refillNanos * capacity + carry;
    long earned = rounds * capacity + scaled / refillNanos;
    tokens += Math.min(earned, missing);
    carry = earned >= missing ? 0 : scaled % refillNanos;
  }
}
