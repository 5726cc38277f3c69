package dev.cloude.ejb.job;

import dev.cloude.ejb.database.Provider;
import dev.cloude.runtime.job.OutputStreamName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The store and the queue on a database, each call in its own transaction as in a server. */
public final class TransactionalStore extends JobStore {
  private final Jobs jobs;

  public TransactionalStore(Provider provider) throws SQLException {
    jobs = new Jobs(provider, 24);
  }

  /** A node takes the next job. */
  public Claim claim() {
    return jobs.claim();
  }

  /** The node's job ends. */
  public boolean finish(Claim claim, JobResult result) {
    return jobs.queue(queue -> queue.finish(claim.jobId(), claim.attempt(), result));
  }

  /** The node gives its job back. */
  public boolean requeue(Claim claim) {
    return jobs.queue(queue -> queue.requeue(claim.jobId(), claim.attempt()));
  }

  /** How many jobs wait. */
  public long queued() {
    return jobs.queue(JobQueue::queued);
  }

  @Override
  public Optional<KeyedJob> byKey(String client, String key) {
    return jobs.store(store -> store.byKey(client, key));
  }

  @Override
  public Optional<List<UUID>> submit(List<AcceptedJob> accepted) {
    return jobs.store(store -> store.submit(accepted));
  }

  @Override
  public Optional<JobView> find(UUID id) {
    return jobs.store(store -> store.find(id));
  }

  @Override
  public Optional<JobSummary> summary(UUID id) {
    return jobs.store(store -> store.summary(id));
  }

  @Override
  public JobPage list(JobFilter filter, Optional<JobCursor> cursor, int limit) {
    return jobs.store(store -> store.list(filter, cursor, limit));
  }

  @Override
  public Optional<OutputSlice> output(UUID id, OutputStreamName stream, long from, long to) {
    return jobs.store(store -> store.output(id, stream, from, to));
  }

  @Override
  public void touch(UUID id) {
    jobs.store(
        store -> {
          store.touch(id);
          return null;
        });
  }

  @Override
  public Cancellation cancel(UUID id) {
    return jobs.store(store -> store.cancel(id));
  }
}
