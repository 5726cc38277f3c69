package dev.cloude.ejb.job;

import dev.cloude.ejb.database.InstantConverter;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.ReachedLimit;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
    this.source = job.files().get(0).content();
    this.stdin = job.stdin();
    this.state = JobState.QUEUED;
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
    end(JobState.FINISHED, now);
    return true;
  }

  /** The platform failed; otherwise as {@link #finish}. */
  boolean fail(int attempt, String reason, Instant now) {
    if (!isRunning(attempt)) {
      return false;
    }
    failure = reason.length() <= MAX_FAILURE ? reason : reason.substring(0, MAX_FAILURE);
    end(JobState.FINISHED, now);
    return true;
  }

  private boolean isRunning(int attempt) {
    return state.isActive() && this.attempt == attempt;
  }

  private void end(JobState end, Instant now) {
    state = state.to(end);
    finishedAt = now;
  }

  JobView view() {
    JobSummary summary =
        new JobSummary(
            id,
            language,
            Optional.empty(),
            state,
            result().map(JobResult::verdict),
            attempt,
            Map.of(),
            createdAt,
            Optional.ofNullable(startedAt),
            Optional.ofNullable(finishedAt));
    return new JobView(summary, false, result());
  }

  private Optional<JobResult> result() {
    if (state != JobState.FINISHED) {
      return Optional.empty();
    }
    PhaseTimings none =
        new PhaseTimings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    if (failure != null) {
      return Optional.of(
          new JobResult(
              Verdict.PLATFORM_ERROR,
              OptionalInt.empty(),
              OptionalInt.empty(),
              Optional.empty(),
              StreamResult.EMPTY,
              StreamResult.EMPTY,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              OptionalLong.empty(),
              Optional.empty(),
              none,
              Optional.empty(),
              Optional.of(failure)));
    }
    ExecutionResult r = outcome.result();
    return Optional.of(
        new JobResult(
            r.exitCode() == 0 ? Verdict.ACCEPTED : Verdict.RUNTIME_ERROR,
            OptionalInt.of(r.exitCode()),
            OptionalInt.empty(),
            r.timedOut() ? Optional.of(ReachedLimit.WALL) : Optional.empty(),
            new StreamResult(r.stdout(), r.stdout().length, r.stdoutTruncated()),
            new StreamResult(r.stderr(), r.stderr().length, r.stderrTruncated()),
            Optional.empty(),
            Optional.empty(),
            Optional.of(r.timings().run()),
            OptionalLong.empty(),
            Optional.empty(),
            new PhaseTimings(
                Optional.empty(),
                Optional.of(r.timings().vmCreated()),
                Optional.of(r.timings().agentReady()),
                Optional.of(r.timings().compile()),
                Optional.of(r.timings().run()),
                Optional.empty()),
            Optional.empty(),
            Optional.empty()));
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
