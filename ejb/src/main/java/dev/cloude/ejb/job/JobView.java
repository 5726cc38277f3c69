package dev.cloude.ejb.job;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a job at one moment.
 *
 * @param summary what lists show, too
 * @param cancelRequested a client wants its end, which has not come yet
 * @param result present when it is finished
 */
public record JobView(JobSummary summary, boolean cancelRequested, Optional<JobResult> result) {

  /** The job's UUID. */
  public String id() {
    return summary.id();
  }

  /** Now. */
  public JobState state() {
    return summary.state();
  }

  /** When it was accepted. */
  public Instant createdAt() {
    return summary.createdAt();
  }

  /** When it was last claimed. */
  public Optional<Instant> startedAt() {
    return summary.startedAt();
  }

  /** When it ended. */
  public Optional<Instant> finishedAt() {
    return summary.finishedAt();
  }
}
