package dev.cloude.runtime.agent;

/** A clock for durations: it never goes back, and its zero means nothing. */
@FunctionalInterface
public interface Ticker {

  /** Nanoseconds since some moment. */
  long nanos();

  /** The clock of this machine. */
  static Ticker system() {
    return System::nanoTime;
  }
}
