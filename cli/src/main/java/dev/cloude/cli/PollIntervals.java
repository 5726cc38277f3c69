package dev.cloude.cli;

import java.time.Duration;

/**
 * How long to wait between two questions about a job. Short at first, so that a short job is seen
 * at once, and growing, so that a long one costs the server little.
 */
final class PollIntervals {
  static final Duration FIRST = Duration.ofMillis(20);
  static final Duration LONGEST = Duration.ofMillis(500);

  private Duration next = FIRST;

  Duration next() {
    Duration current = next;
    Duration grown = current.multipliedBy(5).dividedBy(4);
    next = grown.compareTo(LONGEST) > 0 ? LONGEST : grown;
    return current;
  }
}
