package dev.cloude.runtime.agent;

import java.time.Duration;

/** A moment by which something must be over. */
public final class Deadline {
  private final Ticker ticker;
  private final long start;

  /** Changed by the thread that runs the execution, read by any. */
  private volatile Duration limit;

  private Deadline(Ticker ticker, Duration limit) {
    this.ticker = ticker;
    this.start = ticker.nanos();
    this.limit = limit;
  }

  /** A moment so long from now. */
  public static Deadline after(Duration limit, Ticker ticker) {
    return new Deadline(ticker, limit);
  }

  /** What is left; zero when it is over. */
  public Duration remaining() {
    Duration left = limit.minus(elapsed());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Moves the moment; it may be earlier or later than before. */
  public void set(Duration fromNow) {
    limit = elapsed().plus(fromNow);
  }

  /** How long it has been over; zero when it is not. */
  public Duration lateness() {
    Duration late = elapsed().minus(limit);
    return late.isNegative() ? Duration.ZERO : late;
  }

  /** Time since this was made. */
  public Duration elapsed() {
    return Duration.ofNanos(ticker.nanos() - start);
  }

  public boolean isOver() {
    return remaining().isZero();
  }

  /**
   * What is left, as a time limit for a system call: whole milliseconds, at least 1, because 0
   * means no limit there, and at most {@code most}.
   */
  public Duration atMost(Duration most) {
    long left = Math.min(remaining().toMillis(), most.toMillis());
    return Duration.ofMillis(Math.max(1, Math.min(left, Integer.MAX_VALUE)));
  }
}
