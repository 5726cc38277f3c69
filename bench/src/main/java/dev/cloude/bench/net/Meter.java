package dev.cloude.bench.net;

/** Measures a guest's network once. */
@FunctionalInterface
interface Meter {
  /**
   * {@link java.io.UncheckedIOException} when the guest does not answer any more.
   *
   * @param streamBytes of each stream
   */
  Sample measure(long streamBytes);
}
