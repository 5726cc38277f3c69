package dev.cloude.bench.exits;

import java.nio.file.Path;

/** Runs a guest to its end on one VMM. */
@FunctionalInterface
interface GuestRunner {
  /** {@link IllegalStateException} when the guest did not end by its own reset. */
  Cost run(Path guest);
}
