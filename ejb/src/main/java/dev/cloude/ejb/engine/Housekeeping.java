package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.Retention;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.metrics.JobMetrics;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What is done every few seconds, whether or not anything happened. Nothing here throws. */
final class Housekeeping {
  private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());

  /** Ids in one statement. */
  private static final int AT_ONCE = 500;

  static final String NOT_STORED = "The job's end could not be stored.";

  private final String node;
  private final JobQueue queue;
  private final IpLeases leases;
  private final Retention retention;
  private final JobSettings settings;
  private final NodeStatus status;
  private final JobMetrics metrics;
  private final JobJournals journals;
  private final QueueDepth depth;

  /** Held here and not run, when it was looked at last. Used by one thread at a time. */
  private Set<String> orphans = Set.of();

  /** What this node held in the database at the last count. Used by one thread at a time. */
  private Set<String> held = Set.of();

  Housekeeping(
      String node,
      JobQueue queue,
      IpLeases leases,
      Retention retention,
      JobSettings settings,
      NodeStatus status,
      JobMetrics metrics,
      JobJournals journals,
      QueueDepth depth) {
    this.node = node;
    this.queue = queue;
    this.leases = leases;
    this.retention = retention;
    this.settings = settings;
    this.status = status;
    this.metrics = metrics;
    this.journals = journals;
    this.depth = depth;
  }

  /**
   * Counts what is in the database, and says whether it answers.
   *
   * @param canaries that may have addresses without being jobs
   */
  boolean checkDatabase(Set<String> canaries) {
    try {
      long queued = queue.queued();
      List<String> holders = leases.holdersAt(node);
      held = Set.copyOf(queue.heldBy(node));
      long leaked =
          holders.stream().filter(id -> !held.contains(id) && !canaries.contains(id)).count();
      int leased = holders.size();
      depth.set(queued);
      metrics.counted(queued, leased, leaked);
      status.report(
          NodeStatus.Subject.DATABASE,
          true,
          "%d jobs wait, %d addresses are leased.".formatted(queued, leased));
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "The database does not answer", e);
      status.report(
          NodeStatus.Subject.DATABASE,
          false,
          "The database does not answer; see the server's log.");
      return false;
    }
  }

  /**
   * Tells those who wait for jobs that do not run here, and ends jobs that were cancelled
   * elsewhere.
   *
   * @param holdsJobs whether this node runs any
   */
  void lookForNews(boolean holdsJobs, Consumer<String> cancel) {
    try {
      List<String> awaited = journals.awaitedElsewhere();
      for (int from = 0; from < awaited.size(); from += AT_ONCE) {
        List<String> some = awaited.subList(from, Math.min(from + AT_ONCE, awaited.size()));
        List<String> ended = queue.endedAmong(some);
        journals.ended(ended);
        some.stream().filter(id -> !ended.contains(id)).forEach(journals::changed);
      }
      if (holdsJobs) {
        queue.toBeCancelled(node).forEach(cancel);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Looking for news of jobs failed; the timer tries again: {0}", e);
    }
  }

  /**
   * Ends jobs that this node holds in the database but does not run: those whose outcome could not
   * be stored. One that was just claimed, or just ends, looks the same for a moment; so only what
   * is found twice in a row counts. What was held at the last {@link #checkDatabase} is looked at.
   *
   * @param running the jobs that this node runs; asked after the database
   */
  void giveUpOrphans(Supplier<Set<String>> running) {
    try {
      Set<String> found = new HashSet<>(held);
      found.removeAll(running.get());
      Set<String> twice = new HashSet<>(found);
      twice.retainAll(orphans);
      orphans = found;
      if (!twice.isEmpty()) {
        JobQueue.Reaped jobs = queue.giveUp(node, twice, settings.restartPolicy(), NOT_STORED);
        jobs.requeued()
            .forEach(id -> LOG.log(Level.WARNING, "job {0}: queued again: {1}", id, NOT_STORED));
        jobs.finished()
            .forEach(id -> LOG.log(Level.WARNING, "job {0}: finished: {1}", id, NOT_STORED));
        journals.ended(jobs.finished());
        metrics.requeued(jobs.requeued().size());
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Looking for lost jobs failed; the timer tries again: {0}", e);
    }
  }

  /** Deletes what is too old or too much. */
  void deleteOldJobs() {
    try {
      int deleted = 0;
      int now;
      do {
        now = retention.deleteFinishedBefore(Instant.now().minus(settings.retention()));
        deleted += now;
      } while (now > 0);
      do {
        now = retention.deleteBeyond(settings.retentionBytes());
        deleted += now;
      } while (now > 0);
      if (deleted > 0) {
        LOG.log(Level.INFO, "{0} jobs were deleted after their retention time", deleted);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Old jobs could not be deleted; the timer tries again", e);
    }
  }
}
