package dev.cloude.ejb.job;

import dev.cloude.ejb.database.InstantConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A job's row, without what the job reads and writes. After its insertion it changes only by
 * compare-and-set: see {@link JobTransitions}.
 */
@Entity
@Table(name = "job")
public class Job {
  @Id
  @Column(name = "id")
  private String id;

  @Column(name = "language")
  private String language;

  @Column(name = "wanted_version")
  private String wantedVersion;

  /** Waits in one line with all others of the same name. */
  @Column(name = "client")
  private String client;

  /** The lowest goes first. */
  @Column(name = "turn")
  private long turn;

  @Column(name = "idempotency_key")
  private String idempotencyKey;

  @Column(name = "request_digest")
  private String requestDigest;

  /** JSON. */
  @Column(name = "labels")
  private byte[] labels;

  @Enumerated(EnumType.STRING)
  @Column(name = "state")
  private JobState state;

  @Enumerated(EnumType.STRING)
  @Column(name = "verdict")
  private Verdict verdict;

  /** How often it was claimed; 0 before the first time. */
  @Column(name = "attempt")
  private int attempt;

  /** Who holds it; null while nobody does. */
  @Column(name = "node_id")
  private String nodeId;

  @Column(name = "cancel_requested")
  private boolean cancelRequested;

  @Column(name = "exit_code")
  private Integer exitCode;

  @Column(name = "failure")
  private String failure;

  /** Of everything that it reads and writes. */
  @Column(name = "stored_bytes")
  private long storedBytes;

  @Convert(converter = InstantConverter.class)
  @Column(name = "created_at")
  private Instant createdAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "started_at")
  private Instant startedAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "finished_at")
  private Instant finishedAt;

  /** When somebody last read its output after its end. */
  @Convert(converter = InstantConverter.class)
  @Column(name = "read_at")
  private Instant readAt;

  protected Job() {}

  Job(UUID id, AcceptedJob accepted, long turn, Instant now) {
    NewJob job = accepted.job();
    this.id = id.toString();
    this.language = job.language();
    this.wantedVersion = job.version().orElse(null);
    this.client = job.client();
    this.turn = turn;
    this.idempotencyKey = job.idempotencyKey().orElse(null);
    this.requestDigest = accepted.digest();
    this.labels = job.labels().isEmpty() ? null : Documents.write(job.labels());
    this.state = JobState.QUEUED;
    this.storedBytes = accepted.inputBytes();
    this.createdAt = now;
  }

  JobSummary summary() {
    return new JobSummary(
        id,
        language,
        Optional.ofNullable(wantedVersion),
        state,
        Optional.ofNullable(verdict),
        attempt,
        Documents.readMap(labels),
        createdAt,
        Optional.ofNullable(startedAt),
        Optional.ofNullable(finishedAt));
  }

  String id() {
    return id;
  }

  String language() {
    return language;
  }

  long turn() {
    return turn;
  }

  JobState state() {
    return state;
  }

  Verdict verdict() {
    return verdict;
  }

  int attempt() {
    return attempt;
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  Optional<Integer> exitCode() {
    return Optional.ofNullable(exitCode);
  }

  Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  String requestDigest() {
    return requestDigest;
  }

  Instant createdAt() {
    return createdAt;
  }
}
