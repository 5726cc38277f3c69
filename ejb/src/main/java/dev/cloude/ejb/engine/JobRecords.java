package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Stores what became of a claim. A short outage of the database is waited out, since the outcome
 * exists nowhere else; what cannot be stored then is left to the next start, which ends the job.
 */
final class JobRecords {
  private static final System.Logger LOG = System.getLogger(JobRecords.class.getName());
  private static final int ATTEMPTS = 6;

  private final JobQueue queue;
  private final IpLeases leases;

  /** Before the second attempt; doubled before each further one. */
  private final Duration firstPause;

  JobRecords(JobQueue queue, IpLeases leases, Duration firstPause) {
    this.queue = queue;
    this.leases = leases;
    this.firstPause = firstPause;
  }

  /** Never throws. */
  void store(Claim claim, Outcome outcome) {
    repeat("job " + claim.jobId() + ": storing its outcome", () -> storeOnce(claim, outcome));
  }

  private void storeOnce(Claim claim, Outcome outcome) {
    boolean stored;
    String what;
    if (outcome instanceof Outcome.Finished finished) {
      stored = queue.finish(claim.jobId(), claim.attempt(), finished.result());
      what = "done, exit code " + finished.result().exitCode();
    } else {
      String reason = ((Outcome.Failed) outcome).reason();
      stored = queue.fail(claim.jobId(), claim.attempt(), reason);
      what = "error: " + reason;
    }
    if (stored) {
      LOG.log(Level.INFO, "job {0}: {1}", claim.jobId(), what);
    } else {
      LOG.log(
          Level.WARNING,
          "job {0}: attempt {1} does not run any more, so nothing was stored; it was {2}",
          claim.jobId(),
          claim.attempt(),
          what);
    }
  }

  /** Never throws. */
  void release(Lease lease) {
    repeat(
        "releasing " + lease.address().address().getHostAddress(),
        () -> leases.release(lease.id()));
  }

  private void repeat(String what, Runnable transaction) {
    Duration pause = firstPause;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        transaction.run();
        return;
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS) {
          LOG.log(Level.ERROR, what + " failed for the last time", e);
        } else {
          LOG.log(Level.WARNING, "{0} failed and is tried again: {1}", what, e);
        }
      }
      try {
        TimeUnit.NANOSECONDS.sleep(attempt < ATTEMPTS ? pause.toNanos() : 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      pause = pause.multipliedBy(2);
    }
  }
}
