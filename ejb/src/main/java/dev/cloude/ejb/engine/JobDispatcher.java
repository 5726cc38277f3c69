package dev.cloude.ejb.engine;

import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.PlatformException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands every job that is admitted to the executor, and lets a canary use what is left. Any thread
 * may wake it; the work is done by one executor thread at a time.
 */
final class JobDispatcher {
  private static final System.Logger LOG = System.getLogger(JobDispatcher.class.getName());

  private final Admission admission;
  private final JobExecution execution;
  private final NodePreparation preparation;
  private final Executor executor;
  private final NodeStatus status;
  private final VmPermits permits;
  private final Canary canary;

  /** A round is queued and has not begun; what is submitted before it begins will be seen by it. */
  private final AtomicBoolean woken = new AtomicBoolean();

  private volatile boolean claiming = true;

  JobDispatcher(
      Admission admission,
      JobExecution execution,
      NodePreparation preparation,
      Executor executor,
      NodeStatus status,
      VmPermits permits,
      Canary canary) {
    this.admission = admission;
    this.execution = execution;
    this.preparation = preparation;
    this.executor = executor;
    this.status = status;
    this.permits = permits;
    this.canary = canary;
  }

  /** Makes sure that a round begins after this call. Does not block. */
  void wake() {
    if (!claiming || woken.getAndSet(true)) {
      return;
    }
    try {
      executor.execute(this::round);
    } catch (RejectedExecutionException e) {
      woken.set(false);
      LOG.log(Level.INFO, "Not looking for jobs: {0}", e.getMessage());
      status.report(NodeStatus.Subject.DISPATCHER, false, e.getMessage());
    }
  }

  private synchronized void round() {
    woken.set(false);
    try {
      String problem = prepare();
      while (claiming) {
        Optional<Admission.Admitted> next = admission.next();
        if (next.isEmpty()) {
          break;
        }
        start(next.get());
      }
      if (claiming) {
        status.report(NodeStatus.Subject.DISPATCHER, problem.isEmpty(), summary(problem));
        canary.look(!admission.isShort(), this::wake);
      } else {
        admission.giveBack();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Looking for jobs failed; the timer tries again", e);
      status.report(
          NodeStatus.Subject.DISPATCHER, false, "Looking for jobs failed; see the server's log.");
    }
  }

  /** Jobs are claimed even if this fails: each then ends with the sentence that says why. */
  private String prepare() {
    try {
      preparation.ensure();
      return "";
    } catch (PlatformException e) {
      return e.getMessage();
    }
  }

  private String summary(String problem) {
    if (!problem.isEmpty()) {
      return problem;
    }
    String running =
        "%d of %d VMs run, with %d of %d MiB."
            .formatted(
                permits.most() - permits.free(),
                permits.most(),
                permits.memoryMib() - permits.freeMib(),
                permits.memoryMib());
    return running
        + admission
            .waitingJob()
            .map(job -> " Job " + job + " waits for memory that they have.")
            .orElse("");
  }

  private void start(Admission.Admitted one) {
    try {
      executor.execute(
          () -> {
            try {
              execution.run(one.claim());
            } finally {
              one.permit().release();
              wake();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.log(Level.WARNING, "job {0}: the executor refused it", one.claim().jobId());
      admission.giveBack(one);
    }
  }

  /**
   * Claims nothing from now on.
   *
   * @param why a sentence for the health checks
   */
  void stopClaiming(String why) {
    claiming = false;
    status.report(NodeStatus.Subject.DISPATCHER, false, why);
    admission.giveBack();
  }

  /** Whether it claims jobs. */
  boolean claiming() {
    return claiming;
  }

  /**
   * Waits until no VM runs; after {@link #stopClaiming}.
   *
   * @return whether that was so within the time
   */
  boolean awaitIdle(Duration limit) {
    return permits.awaitAll(limit);
  }
}
