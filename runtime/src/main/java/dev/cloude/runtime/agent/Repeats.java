package dev.cloude.runtime.agent;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a request is made again: twice as long each time, up to a limit, and a
 * random half of it, so that many hosts do not ask in step.
 */
public final class Repeats {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration MOST = Duration.ofSeconds(2);

  private final DoubleSupplier random;
  private Duration next = FIRST;

  /**
   * @param random from 0 to 1
   */
  public Repeats(DoubleSupplier random) {
    this.random = random;
  }

  /** The next wait: between half and all of 50 ms, 100 ms, 200 ms, … 2 s. */
  public Duration next() {
    Duration full = next;
    next = full.multipliedBy(2).compareTo(MOST) < 0 ? full.multipliedBy(2) : MOST;
    return Duration.ofNanos((long) (full.toNanos() * (1 + random.getAsDouble()) / 2));
  }
}
