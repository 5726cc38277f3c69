package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.PlatformException;
import java.lang.System.Logger.Level;

/**
 * Runs one claimed job to its end. The order holds on every path: the outcome is stored, so that
 * the client sees it; then the VM and its TAP device go; then their address is free again.
 */
final class JobExecution {
  private static final System.Logger LOG = System.getLogger(JobExecution.class.getName());
  static final String STOPPED = "The server stopped while the job ran.";

  private final GuestSessions sessions;
  private final NodePreparation preparation;
  private final ActiveGuests guests;
  private final JobRecords records;

  JobExecution(
      GuestSessions sessions,
      NodePreparation preparation,
      ActiveGuests guests,
      JobRecords records) {
    this.sessions = sessions;
    this.preparation = preparation;
    this.guests = guests;
    this.records = records;
  }

  /** Blocks until nothing of the job is left but its row. Never throws. */
  void run(Claim claim) {
    LOG.log(Level.INFO, "job {0}: running, attempt {1}", claim.jobId(), claim.attempt());
    GuestSession session = null;
    Outcome outcome;
    try {
      preparation.ensure();
      session = sessions.open(claim.execution(), claim.lease().address());
      outcome = guests.add(session) ? new Outcome.Finished(session.run()) : stopped();
    } catch (Throwable e) {
      outcome = failure(claim, e);
    }
    // A pending interrupt would break the embedded database; this thread is the executor's again
    // right after, and nothing below waits for anything that an interrupt should cut short.
    boolean interrupted = Thread.interrupted();
    records.store(claim, outcome);
    if (closed(claim, session)) {
      records.release(claim.lease());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a claim that no thread will run. */
  void refuse(Claim claim) {
    records.store(claim, stopped());
    records.release(claim.lease());
  }

  private static Outcome stopped() {
    return new Outcome.Failed(STOPPED);
  }

  private Outcome failure(Claim claim, Throwable e) {
    if (guests.stopping() || e instanceof InterruptedException) {
      return stopped();
    }
    if (e instanceof PlatformException) {
      LOG.log(Level.WARNING, "job " + claim.jobId() + ": the platform failed", e);
      return new Outcome.Failed(e.getMessage());
    }
    LOG.log(Level.ERROR, "job " + claim.jobId() + ": unexpected failure", e);
    return new Outcome.Failed(
        "The server failed unexpectedly while the job ran (%s); its log says more."
            .formatted(e.getClass().getSimpleName()));
  }

  /** Whether the VM is gone, so that its address can be given to another. */
  private boolean closed(Claim claim, GuestSession session) {
    if (session == null) {
      return true;
    }
    try {
      session.close();
      return true;
    } catch (RuntimeException | Error e) {
      LOG.log(
          Level.ERROR,
          "job %s: its VM could not be closed; its address %s stays taken until the next start"
              .formatted(claim.jobId(), claim.lease().address().address().getHostAddress()),
          e);
      return false;
    } finally {
      guests.remove(session);
    }
  }
}
