package dev.cloude.ejb.job;

import dev.cloude.ejb.database.InstantConverter;
import dev.cloude.runtime.job.ExecutionResult;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A job's row. */
@Entity
@Table(name = "job")
public class Job {
  /** Length of the column. */
  private static final int MAX_FAILURE = 2000;

  @Id
  @Column(name = "id")
  private String id;

  @Column(name = "language")
  private String language;

  @Column(name = "source")
  private byte[] source;

  @Column(name = "stdin")
  private byte[] stdin;

  @Enumerated(EnumType.STRING)
  @Column(name = "state")
  private JobState state;

  /** How often it was claimed; 0 before the first time. */
  @Column(name = "attempt")
  private int attempt;

  @Version
  @Column(name = "version")
  private long version;

  @Embedded private JobOutcome outcome = new JobOutcome();

  @Column(name = "failure")
  private String failure;

  @Convert(converter = InstantConverter.class)
  @Column(name = "created_at")
  private Instant createdAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "started_at")
  private Instant startedAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "finished_at")
  private Instant finishedAt;

  protected Job() {}

  Job(UUID id, NewJob job, Instant now) {
    this.id = id.toString();
    this.language = job.language();
    this.source = job.source();
    this.stdin = job.stdin();
    this.state = JobState.PENDING;
    this.createdAt = now;
  }

  /**
   * The program ended.
   *
   * @param attempt the attempt that saw it
   * @return false, and nothing changes, when that attempt does not run any more
   */
  boolean finish(int attempt, ExecutionResult result, Instant now) {
    if (!isRunning(attempt)) {
      return false;
    }
    outcome = new JobOutcome(result);
    end(JobState.DONE, now);
    return true;
  }

  /** The platform failed; otherwise as {@link #finish}. */
  boolean fail(int attempt, String reason, Instant now) {
    if (!isRunning(attempt)) {
      return false;
    }
    failure = reason.length() <= MAX_FAILURE ? reason : reason.substring(0, MAX_FAILURE);
    end(JobState.ERROR, now);
    return true;
  }

  private boolean isRunning(int attempt) {
    return state == JobState.RUNNING && this.attempt == attempt;
  }

  private void end(JobState end, Instant now) {
    state = state.to(end);
    finishedAt = now;
  }

  JobView view() {
    return new JobView(
        id,
        state,
        state == JobState.DONE ? Optional.of(outcome.result()) : Optional.empty(),
        Optional.ofNullable(failure),
        createdAt,
        Optional.ofNullable(startedAt),
        Optional.ofNullable(finishedAt));
  }

  String id() {
    return id;
  }

  int attempt() {
    return attempt;
  }

  String language() {
    return language;
  }

  byte[] source() {
    return source;
  }

  byte[] stdin() {
    return stdin;
  }
}
