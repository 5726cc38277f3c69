package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.Receipt;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.ejb.journal.JobJournal;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.metrics.JobMetrics;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs one claimed job to its end. The order holds on every path: the outcome is stored, so that
 * the client sees it; then the VM and its TAP device go; then their address, if any, is free again.
 */
final class JobExecution {
  private static final System.Logger LOG = System.getLogger(JobExecution.class.getName());
  static final String STOPPED = "The server stopped while the job ran.";
  private static final String STOPS = "the server stops";
  static final String CANCELLED = "The job was cancelled while a server held it.";

  private final GuestSessions sessions;
  private final NodePreparation preparation;
  private final ActiveGuests guests;
  private final JobRecords records;
  private final JobJournals journals;
  private final QueueDepth depth;
  private final JobMetrics metrics;
  private final AgentWatch watch;
  private final RestartPolicy policy;
  private final String version;

  /**
   * @param policy what becomes of jobs that this node has to give up
   * @param version of Cloude, for receipts
   */
  JobExecution(
      GuestSessions sessions,
      NodePreparation preparation,
      ActiveGuests guests,
      JobRecords records,
      JobJournals journals,
      QueueDepth depth,
      JobMetrics metrics,
      AgentWatch watch,
      RestartPolicy policy,
      String version) {
    this.sessions = sessions;
    this.preparation = preparation;
    this.guests = guests;
    this.records = records;
    this.journals = journals;
    this.depth = depth;
    this.metrics = metrics;
    this.watch = watch;
    this.policy = policy;
    this.version = version;
  }

  /** Blocks until nothing of the job is left but its row. Never throws. */
  void run(Claim claim) {
    LOG.log(Level.INFO, "job {0}: booting, attempt {1}", claim.jobId(), claim.attempt());
    metrics.waited(claim.waited());
    ActiveGuests.Guest guest = guests.enter(claim.jobId());
    JobJournal journal = journals.open(claim.jobId(), claim.attempt());
    Attempt attempt = attempt(claim, journal);
    GuestSession session = null;
    Outcome outcome;
    try {
      preparation.ensure();
      session =
          sessions.open(
              claim.execution().about("job " + claim.jobId()), claim.lease().map(Lease::address));
      attempt.created();
      ExecutionResult result = guest.use(session) ? session.run(attempt) : notUsed();
      outcome = new Outcome.Ended(attempt.reported(result, receipt(claim, session)));
    } catch (Throwable e) {
      outcome = failure(claim, attempt, guest, session, e);
    }
    // A pending interrupt would break the embedded database; this thread is the executor's again
    // right after, and nothing below waits for anything that an interrupt should cut short.
    boolean interrupted = Thread.interrupted();
    boolean stored = records.store(claim, outcome);
    journals.close(claim.jobId(), outcome instanceof Outcome.Ended);
    if (stored) {
      count(attempt, outcome);
    }
    long began = System.nanoTime();
    if (closed(claim, session)) {
      Duration teardown = Duration.ofNanos(System.nanoTime() - began);
      claim.lease().ifPresent(records::release);
      if (session != null) {
        metrics.tornDown(teardown);
        if (stored && outcome instanceof Outcome.Ended) {
          records.tornDown(claim, teardown);
        }
      }
    }
    guest.leave();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Attempt attempt(Claim claim, JobJournal journal) {
    return new Attempt(
        claim,
        journal,
        watch::answered,
        state -> records.advance(claim, state),
        () -> journals.changed(claim.jobId()),
        System::nanoTime);
  }

  /**
   * Ends a claim that no VM is made for. Never throws.
   *
   * @param why with {@link Code#INTERRUPTED} the job waits again, unless it is cancelled
   */
  void endUnstarted(Claim claim, PlatformException why, boolean cancelled) {
    Attempt attempt = attempt(claim, journals.open(claim.jobId(), claim.attempt()));
    Outcome outcome =
        why.code() == Code.INTERRUPTED && !cancelled
            ? new Outcome.GivenBack(STOPS)
            : new Outcome.Ended(
                attempt.broken(why, cancelled, why.getMessage(), receipt(claim, null)));
    if (records.store(claim, outcome)) {
      count(attempt, outcome);
    }
    journals.close(claim.jobId(), outcome instanceof Outcome.Ended);
    claim.lease().ifPresent(records::release);
  }

  private static ExecutionResult notUsed() throws PlatformException {
    throw new PlatformException(Code.INTERRUPTED, "The VM was not used.");
  }

  private Outcome failure(
      Claim claim,
      Attempt attempt,
      ActiveGuests.Guest guest,
      GuestSession session,
      Throwable thrown) {
    PlatformException failure = platformException(claim, thrown);
    Optional<GuestSession> vm = Optional.ofNullable(session);
    if (guest.cancelled()) {
      return new Outcome.Ended(attempt.broken(failure, true, CANCELLED, receipt(claim, session)));
    }
    if (guests.stopping() || failure.code() == Code.INTERRUPTED) {
      return givenUp(claim, attempt, failure, vm);
    }
    LOG.log(Level.DEBUG, () -> "job %s: %s".formatted(claim.jobId(), failure.getMessage()), thrown);
    // The agent restarts a guest that came up without a timer; the next one is as good as new.
    if (failure.code() == Code.GUEST_REBOOTED
        && attempt.boot().isEmpty()
        && JobQueue.mayRunAgain(policy, claim.attempt())) {
      return new Outcome.GivenBack("its VM restarted before its agent answered");
    }
    return new Outcome.Ended(
        attempt.broken(failure, false, failure.getMessage(), receipt(claim, session)));
  }

  /** What never began may always be run again; what began only once more. */
  private Outcome givenUp(
      Claim claim, Attempt attempt, PlatformException failure, Optional<GuestSession> vm) {
    if (!attempt.programMayHaveRun() || JobQueue.mayRunAgain(policy, claim.attempt())) {
      return new Outcome.GivenBack(STOPS);
    }
    PlatformException stopped = new PlatformException(Code.INTERRUPTED, STOPPED, failure);
    return new Outcome.Ended(
        attempt.broken(stopped, false, STOPPED, receipt(claim, vm.orElse(null))));
  }

  private static PlatformException platformException(Claim claim, Throwable thrown) {
    if (thrown instanceof PlatformException e) {
      return e;
    }
    if (thrown instanceof InterruptedException) {
      return new PlatformException(Code.INTERRUPTED, STOPPED, thrown);
    }
    LOG.log(Level.ERROR, "job " + claim.jobId() + ": unexpected failure", thrown);
    return new PlatformException(
        Code.INTERNAL,
        "The server failed unexpectedly while the job ran (%s); its log says more."
            .formatted(thrown.getClass().getSimpleName()),
        thrown);
  }

  private Receipt receipt(Claim claim, GuestSession session) {
    Optional<GuestReceipt> guest = Optional.empty();
    try {
      guest = Optional.ofNullable(session).map(GuestSession::receipt);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "job " + claim.jobId() + ": its receipt is incomplete", e);
    }
    return Receipts.of(claim, guest, version);
  }

  private void count(Attempt attempt, Outcome outcome) {
    attempt.boot().ifPresent(metrics::booted);
    if (outcome instanceof Outcome.Ended ended) {
      JobResult result = ended.result();
      Verdict verdict = result.verdict();
      metrics.finished(verdict.wireName());
      if (verdict == Verdict.PLATFORM_ERROR && attempt.boot().isEmpty()) {
        watch.doubt();
      }
      result.timings().run().ifPresent(metrics::ran);
      result.lateness().ifPresent(metrics::late);
    } else {
      depth.add(1);
      metrics.requeued(1);
    }
  }

  private static String kept(Lease lease) {
    return "; its address %s stays taken until the next start"
        .formatted(lease.address().address().getHostAddress());
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
          "job %s: its VM could not be closed%s"
              .formatted(claim.jobId(), claim.lease().map(JobExecution::kept).orElse("")),
          e);
      return false;
    }
  }
}
