package dev.cloude.ejb.job;

import dev.cloude.ejb.database.Turnstile;
import dev.cloude.runtime.job.OutputStreamName;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What clients do with the rows of jobs. Each call is one transaction. */
@Stateless
public class JobStore {
  private static final String CANCELLED = "The job was cancelled before it ran.";

  /** A job that was just read is not deleted; noting each reading would cost a write each time. */
  private static final Duration READ_AGAIN = Duration.ofSeconds(20);

  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  @Inject private Event<JobSubmitted> submitted;

  public JobStore() {}

  JobStore(EntityManager em, Event<JobSubmitted> submitted) {
    this.em = em;
    this.submitted = submitted;
  }

  /**
   * Which job has a client's idempotency key.
   *
   * @param id of the job
   * @param digest of the request that made it
   */
  public record KeyedJob(UUID id, String digest) {

    /** Whether this is the same request again. */
    public boolean isFrom(AcceptedJob job) {
      return digest.equals(job.digest());
    }
  }

  /** The job that a client's key stands for, if there is one. */
  public Optional<KeyedJob> byKey(String client, String key) {
    return em.createQuery(
            "select j from Job j where j.client = :client and j.idempotencyKey = :key", Job.class)
        .setParameter("client", client)
        .setParameter("key", key)
        .getResultStream()
        .findFirst()
        .map(job -> new KeyedJob(UUID.fromString(job.id()), job.requestDigest()));
  }

  /**
   * Stores jobs, all or none. Once this returns, they survive the server's end.
   *
   * @return their ids, in the same order; empty, and nothing is stored, when a client's idempotency
   *     key is taken
   */
  public Optional<List<UUID>> submit(List<AcceptedJob> jobs) {
    if (anyKeyTaken(jobs)) {
      return Optional.empty();
    }
    Turns turns = new Turns(em);
    List<UUID> ids = new ArrayList<>();
    for (AcceptedJob accepted : jobs) {
      UUID id = UUID.randomUUID();
      ids.add(id);
      String client = accepted.job().client();
      em.persist(new Job(id, accepted, turns.next(client), Instant.now()));
      em.persist(new JobInput(id.toString(), accepted));
      accepted
          .job()
          .labels()
          .forEach((name, value) -> em.persist(new JobLabel(id.toString(), name, value)));
    }
    ids.forEach(id -> submitted.fire(new JobSubmitted(id.toString())));
    return Optional.of(ids);
  }

  /** The answer holds until the transaction's end. */
  private boolean anyKeyTaken(List<AcceptedJob> jobs) {
    List<NewJob> keyed =
        jobs.stream()
            .map(AcceptedJob::job)
            .filter(job -> job.idempotencyKey().isPresent())
            .toList();
    Turnstile.enter(
        em,
        keyed.stream()
            .map(job -> job.client() + "\n" + job.idempotencyKey().orElseThrow())
            .toList());
    return keyed.stream()
        .anyMatch(job -> byKey(job.client(), job.idempotencyKey().orElseThrow()).isPresent());
  }

  /** What is known about a job; empty when there is none with this id, or not any more. */
  public Optional<JobView> find(UUID id) {
    Job job = em.find(Job.class, id.toString());
    return Optional.ofNullable(job)
        .map(row -> new JobView(row.summary(), row.cancelRequested(), result(row)));
  }

  /** As {@link #find}, without what the job wrote. */
  public Optional<JobSummary> summary(UUID id) {
    return Optional.ofNullable(em.find(Job.class, id.toString())).map(Job::summary);
  }

  private Optional<JobResult> result(Job job) {
    if (job.state() != JobState.FINISHED) {
      return Optional.empty();
    }
    StoredResult stored = em.find(StoredResult.class, job.id());
    return Optional.of(
        stored == null
            ? JobResult.ended(
                job.verdict(), job.failure().orElse("Nothing was stored."), PhaseTimings.NONE)
            : stored.result(job.verdict(), job.exitCode(), job.failure()));
  }

  /** A page of jobs. */
  public JobPage list(JobFilter filter, Optional<JobCursor> cursor, int limit) {
    return new JobSearch(em).page(filter, cursor, limit);
  }

  /** A piece of a finished job's output; empty when there is no such job, or it is not finished. */
  public Optional<OutputSlice> output(UUID id, OutputStreamName stream, long from, long to) {
    Optional<JobResult> result = find(id).flatMap(JobView::result);
    return result.map(
        known -> {
          StreamResult bytes = StreamResult.of(known, stream);
          return bytes.slice(from, to);
        });
  }

  /** Notes that somebody reads what a finished job wrote, so that it is not deleted meanwhile. */
  public void touch(UUID id) {
    Instant now = Instant.now();
    em.createQuery(
            "update Job j set j.readAt = :now where j.id = :id and j.state = :finished"
                + " and (j.readAt is null or j.readAt < :before)")
        .setParameter("now", now)
        .setParameter("id", id.toString())
        .setParameter("finished", JobState.FINISHED)
        .setParameter("before", now.minus(READ_AGAIN))
        .executeUpdate();
  }

  /** Ends a job that waits; has the node told that holds one. */
  public Cancellation cancel(UUID id) {
    Job job = em.find(Job.class, id.toString());
    if (job == null) {
      return Cancellation.UNKNOWN;
    }
    JobTransitions transitions = new JobTransitions(em);
    Instant now = Instant.now();
    PhaseTimings timings = PhaseTimings.queuedFor(Duration.between(job.createdAt(), now));
    JobResult result = JobResult.ended(Verdict.CANCELLED, CANCELLED, timings);
    if (transitions.finish(job.id(), job.attempt(), true, result, now)) {
      return Cancellation.CANCELLED;
    }
    return transitions.requestCancel(job.id())
        ? Cancellation.REQUESTED
        : Cancellation.ALREADY_FINISHED;
  }
}
