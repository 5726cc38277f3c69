package dev.cloude.ejb.engine;

import dev.cloude.runtime.job.GuestSession;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The VMs that jobs of this node run in now, so that the node can end them when it stops. */
final class ActiveGuests {
  private final Set<GuestSession> sessions = ConcurrentHashMap.newKeySet();

  /** Once true, it stays true. */
  private volatile boolean stopping;

  /**
   * Adds a VM.
   *
   * @return false when the node is stopping: the VM must not be used, only closed
   */
  boolean add(GuestSession session) {
    sessions.add(session);
    return !stopping;
  }

  void remove(GuestSession session) {
    sessions.remove(session);
  }

  boolean stopping() {
    return stopping;
  }

  int count() {
    return sessions.size();
  }

  /**
   * Ends every VM, and lets no new one be used. The threads that run the jobs are not interrupted:
   * an interrupt during a file access would close the embedded database's file for everybody.
   */
  void endAll() {
    stopping = true;
    for (GuestSession session : List.copyOf(sessions)) {
      session.close();
    }
  }
}
