package dev.cloude.ejb.engine;

import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.PlatformException;

/** Prepares the node's network once; a failed attempt is repeated when it is asked for again. */
final class NodePreparation {
  private final GuestSessions sessions;

  /** Guarded by this. */
  private boolean done;

  NodePreparation(GuestSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Returns at once when it was done before.
   *
   * @throws PlatformException saying what failed and what to do
   */
  synchronized void ensure() throws PlatformException {
    if (!done) {
      sessions.prepare();
      done = true;
    }
  }
}
