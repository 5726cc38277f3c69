package dev.cloude.bench.boot;

/** Boots a guest until its agent answers, and ends it. */
@FunctionalInterface
interface Booter {
  /** {@link IllegalStateException} when the agent never answered. */
  Boot boot(Guest guest);
}
