package dev.cloude.ejb.engine;

import dev.cloude.runtime.job.GuestSession;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs that this node runs now, with their VMs, so that any thread can end them. */
final class ActiveGuests {
  private static final System.Logger LOG = System.getLogger(ActiveGuests.class.getName());

  private final Map<String, Guest> guests = new ConcurrentHashMap<>();

  /** Once true, it stays true. */
  private volatile boolean stopping;

  /** A job's place for its VM. */
  final class Guest {
    private final String jobId;

    /** Null until there is one. Guarded by this. */
    private GuestSession session;

    /** Guarded by this; once true, it stays true. */
    private boolean cancelled;

    private Guest(String jobId) {
      this.jobId = jobId;
    }

    /**
     * Says which VM it is.
     *
     * @return false when the job is to end: the VM must not be used, only closed
     */
    synchronized boolean use(GuestSession vm) {
      session = vm;
      return !cancelled && !stopping;
    }

    /** Whether a client wanted the end. */
    synchronized boolean cancelled() {
      return cancelled;
    }

    /** Nothing is left of the job here. */
    void leave() {
      guests.remove(jobId, this);
    }

    private synchronized GuestSession cancel() {
      cancelled = true;
      return session;
    }

    private synchronized GuestSession session() {
      return session;
    }
  }

  /** A job begins, or is refused in the same way as one that runs. */
  Guest enter(String jobId) {
    Guest guest = new Guest(jobId);
    guests.put(jobId, guest);
    return guest;
  }

  boolean stopping() {
    return stopping;
  }

  int count() {
    return guests.size();
  }

  /** The jobs, as they are now. */
  Set<String> jobIds() {
    return Set.copyOf(guests.keySet());
  }

  /**
   * Ends a job for a client. Waits until its VM is gone.
   *
   * @return false when this node does not run it
   */
  boolean cancel(String jobId) {
    Guest guest = guests.get(jobId);
    if (guest == null) {
      return false;
    }
    end(guest.jobId, guest.cancel());
    return true;
  }

  /**
   * Ends every VM, and lets no new one be used. The threads that run the jobs are not interrupted:
   * an interrupt during a file access would close the embedded database's file for everybody.
   */
  void endAll() {
    stopping = true;
    endCurrent();
  }

  /** Ends every VM that there is now. One that cannot be ended does not keep the others. */
  void endCurrent() {
    for (Guest guest : List.copyOf(guests.values())) {
      end(guest.jobId, guest.session());
    }
  }

  private static void end(String jobId, GuestSession session) {
    if (session == null) {
      return;
    }
    try {
      session.close();
    } catch (RuntimeException e) {
      // The job's own thread closes it, too, and keeps its address if that fails again.
      LOG.log(Level.WARNING, "job " + jobId + ": its VM could not be ended yet", e);
    }
  }
}
