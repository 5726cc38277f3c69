package dev.cloude.bench.net;

import java.util.Optional;
import java.util.function.Supplier;

/** Runs guests. */
@FunctionalInterface
interface Monitor {
  /** A guest that was set running. */
  interface Running extends AutoCloseable {
    /** How it has ended, empty while it runs. */
    Optional<String> end();

    /** Returns when the guest is gone. */
    @Override
    void close();

    /** A guest that {@code end} tells about and {@code close} ends. */
    static Running of(Supplier<Optional<String>> end, Runnable close) {
      return new Running() {
        @Override
        public Optional<String> end() {
          return end.get();
        }

        @Override
        public void close() {
          close.run();
        }
      };
    }
  }

  Running start(NetGuest guest);
}
