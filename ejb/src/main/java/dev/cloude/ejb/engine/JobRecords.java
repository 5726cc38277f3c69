package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Stores what becomes of a claim. A short outage of the database is waited out, since the outcome
 * exists nowhere else; what cannot be stored then is left to the next start, or to another node.
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

  /** Stores a state on the way; tried once, since others follow. Never throws. */
  void advance(Claim claim, JobState state) {
    try {
      if (queue.advance(claim.jobId(), claim.attempt(), state)) {
        LOG.log(Level.INFO, "job {0}: {1}", claim.jobId(), state.wireName());
      } else {
        LOG.log(
            Level.WARNING,
            "job {0}: attempt {1} is not this node''s any more, and is {2}",
            claim.jobId(),
            claim.attempt(),
            state.wireName());
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "job {0}: its state was not stored: {1}", claim.jobId(), e);
    }
  }

  /**
   * Stores the outcome. Never throws.
   *
   * @return whether it was stored: false also when this attempt does not run any more
   */
  boolean store(Claim claim, Outcome outcome) {
    boolean[] stored = new boolean[1];
    repeat(
        "job " + claim.jobId() + ": storing its outcome",
        () -> stored[0] = storeOnce(claim, outcome));
    return stored[0];
  }

  private boolean storeOnce(Claim claim, Outcome outcome) {
    boolean stored;
    String what;
    if (outcome instanceof Outcome.Ended ended) {
      JobResult result = ended.result();
      stored = queue.finish(claim.jobId(), claim.attempt(), result);
      what =
          "finished, "
              + result.verdict().wireName()
              + (result.exitCode().isPresent() ? ", exit " + result.exitCode().getAsInt() : "")
              + result.failure().map(sentence -> ": " + sentence).orElse("");
    } else {
      stored = queue.requeue(claim.jobId(), claim.attempt());
      what = "queued again, because " + ((Outcome.GivenBack) outcome).why();
    }
    if (stored) {
      LOG.log(Level.INFO, "job {0}: {1}", claim.jobId(), what);
    } else {
      LOG.log(
          Level.WARNING,
          "job {0}: attempt {1} is not this node''s any more, so nothing was stored; it was {2}",
          claim.jobId(),
          claim.attempt(),
          what);
    }
    return stored;
  }

  /** Adds what is known only after the result. Tried once. Never throws. */
  void tornDown(Claim claim, Duration after) {
    try {
      queue.tornDown(claim.jobId(), after);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "job " + claim.jobId() + ": its teardown was not stored", e);
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
