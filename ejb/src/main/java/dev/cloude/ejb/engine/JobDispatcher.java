package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.PlatformException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Claims as many jobs as there are free permits, and hands each to the executor. Any thread may
 * wake it; the work is done by one executor thread at a time.
 */
final class JobDispatcher {
  private static final System.Logger LOG = System.getLogger(JobDispatcher.class.getName());

  /** Claims that another node's may undo, by taking the same address, before the round ends. */
  private static final int MOST_CONFLICTS = 3;

  private final JobQueue queue;
  private final JobExecution execution;
  private final NodePreparation preparation;
  private final Executor executor;
  private final NodeStatus status;
  private final QueueDepth depth;
  private final String node;
  private final int maxConcurrent;

  /** One for each VM that may run; fair, so that {@link #stop} is not overtaken by claims. */
  private final Semaphore permits;

  /** A round is queued and has not begun; what is submitted before it begins will be seen by it. */
  private final AtomicBoolean woken = new AtomicBoolean();

  private volatile boolean claiming = true;

  /**
   * @param node this node's id
   * @param maxConcurrent VMs at the same time
   */
  JobDispatcher(
      JobQueue queue,
      JobExecution execution,
      NodePreparation preparation,
      Executor executor,
      NodeStatus status,
      QueueDepth depth,
      String node,
      int maxConcurrent) {
    this.queue = queue;
    this.execution = execution;
    this.preparation = preparation;
    this.executor = executor;
    this.status = status;
    this.depth = depth;
    this.node = node;
    this.maxConcurrent = maxConcurrent;
    this.permits = new Semaphore(maxConcurrent, true);
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
      String prepared = prepare();
      while (claiming && permits.tryAcquire()) {
        Optional<Claim> claim = Optional.empty();
        try {
          claim = claim();
        } finally {
          if (claim.isEmpty()) {
            permits.release();
          }
        }
        if (claim.isEmpty()) {
          break;
        }
        depth.add(-1);
        start(claim.get());
      }
      if (claiming) {
        status.report(NodeStatus.Subject.DISPATCHER, prepared.isEmpty(), summary(prepared));
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Looking for jobs failed; the timer tries again", e);
      status.report(
          NodeStatus.Subject.DISPATCHER, false, "Looking for jobs failed; see the server's log.");
    }
  }

  private Optional<Claim> claim() {
    for (int conflicts = 0; ; conflicts++) {
      try {
        return queue.claimNext(node);
      } catch (RuntimeException e) {
        if (conflicts == MOST_CONFLICTS) {
          throw e;
        }
        LOG.log(Level.DEBUG, "a claim failed and is repeated", e);
      }
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
    int running = maxConcurrent - permits.availablePermits();
    return problem.isEmpty() ? "%d of %d VMs run.".formatted(running, maxConcurrent) : problem;
  }

  private void start(Claim claim) {
    try {
      executor.execute(
          () -> {
            try {
              execution.run(claim);
            } finally {
              permits.release();
              wake();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.log(Level.WARNING, "job {0}: the executor refused it", claim.jobId());
      execution.refuse(claim);
      permits.release();
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
  }

  /** Whether it claims jobs. */
  boolean claiming() {
    return claiming;
  }

  /** VMs that may be started now. */
  int free() {
    return permits.availablePermits();
  }

  /** VMs at the same time. */
  int maxConcurrent() {
    return maxConcurrent;
  }

  /**
   * Waits until no job runs; after {@link #stopClaiming}.
   *
   * @return whether that was so within the time
   */
  boolean awaitIdle(Duration limit) {
    try {
      return permits.tryAcquire(maxConcurrent, limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
