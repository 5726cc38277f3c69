package dev.cloude.bench.exits;

/**
 * What running a guest took.
 *
 * @param exits times the guest left
 * @param cpuNanos processor time of the thread that ran it
 * @param wallNanos time on the clock
 */
record Cost(long exits, long cpuNanos, long wallNanos) {

  /** Processor microseconds per exit between a run with few exits and this one with many. */
  double cpuMicrosBeyond(Cost few) {
    return (cpuNanos - few.cpuNanos) / 1e3 / moreThan(few);
  }

  /** Microseconds on the clock per exit between a run with few exits and this one with many. */
  double wallMicrosBeyond(Cost few) {
    return (wallNanos - few.wallNanos) / 1e3 / moreThan(few);
  }

  private long moreThan(Cost few) {
    if (exits <= few.exits) {
      throw new IllegalArgumentException(
          "The longer run had " + exits + " exits, the shorter one " + few.exits + ".");
    }
    return exits - few.exits;
  }
}
