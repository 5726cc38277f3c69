package dev.cloude.bench.net;

import java.util.function.BooleanSupplier;

/** Runs guests. */
@FunctionalInterface
interface Monitor {
  /** A guest that was set running. */
  interface Running extends AutoCloseable {
    boolean isAlive();

    /** Returns when the guest is gone. */
    @Override
    void close();

    /** A guest that {@code alive} tells about and {@code end} ends. */
    static Running of(BooleanSupplier alive, Runnable end) {
      return new Running() {
        @Override
        public boolean isAlive() {
          return alive.getAsBoolean();
        }

        @Override
        public void close() {
          end.run();
        }
      };
    }
  }

  Running start(NetGuest guest);
}
