package dev.cloude.it.container;

import java.net.URI;
import java.util.Optional;

/** Where the server is now, for clients that outlive it. Thread-safe. */
final class MovingServer {
  /** Guarded by this; null while there is none. */
  private URI address;

  /** Guarded by this; once true, it stays true. */
  private boolean closed;

  /** The server answers here. */
  synchronized void at(URI now) {
    address = now;
    notifyAll();
  }

  /** There will be no further one. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /**
   * Waits for a server.
   *
   * @param gone the one that does not answer any more; null for none
   * @return empty when there will be none
   */
  synchronized Optional<URI> next(URI gone) throws InterruptedException {
    while (!closed && (address == null || address.equals(gone))) {
      wait();
    }
    return address == null || address.equals(gone) ? Optional.empty() : Optional.of(address);
  }
}
