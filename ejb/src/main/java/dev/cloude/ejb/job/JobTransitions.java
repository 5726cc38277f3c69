package dev.cloude.ejb.job;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Every change of a job's state, each by one statement that names the state and the attempt that it
 * starts from: of two that want to change the same job, one wins and the other is told. Within the
 * caller's transaction.
 */
final class JobTransitions {
  /** Length of the column. */
  private static final int MAX_FAILURE = 2000;

  private final EntityManager em;

  JobTransitions(EntityManager em) {
    this.em = em;
  }

  /** A node takes a waiting job. */
  boolean claim(String id, String node, Instant now) {
    return em.createQuery(
                "update Job j set j.state = :to, j.attempt = j.attempt + 1, j.nodeId = :node,"
                    + " j.startedAt = :now where j.id = :id and j.state = :from")
            .setParameter("to", JobState.QUEUED.to(JobState.BOOTING))
            .setParameter("node", node)
            .setParameter("now", now)
            .setParameter("id", id)
            .setParameter("from", JobState.QUEUED)
            .executeUpdate()
        == 1;
  }

  /** An attempt comes to a further state. */
  boolean advance(String id, int attempt, JobState to) {
    return held("update Job j set j.state = :to", id, attempt, before(to))
            .setParameter("to", to)
            .executeUpdate()
        == 1;
  }

  /** An attempt is given up, and the job waits again. */
  boolean requeue(String id, int attempt) {
    return held(
                "update Job j set j.state = :to, j.nodeId = null",
                id,
                attempt,
                before(JobState.QUEUED))
            .setParameter("to", JobState.QUEUED)
            .executeUpdate()
        == 1;
  }

  /**
   * A job ends, and its result is stored with it.
   *
   * @param attempt the one that saw the end; 0 or that of an earlier one for a job that waits
   * @param waiting whether it must wait now, or must be held now
   */
  boolean finish(String id, int attempt, boolean waiting, JobResult result, Instant now) {
    Set<JobState> from = waiting ? EnumSet.of(JobState.QUEUED) : JobState.active();
    from.forEach(state -> state.to(JobState.FINISHED));
    // No parameter is null: what type a null has is a matter between provider and database.
    String update =
        "update Job j set j.state = :to, j.verdict = :verdict, j.finishedAt = :now,"
            + " j.storedBytes = j.storedBytes + :bytes"
            + (result.exitCode().isPresent() ? ", j.exitCode = :exitCode" : "")
            + (result.failure().isPresent() ? ", j.failure = :failure" : "");
    Query query =
        held(update, id, attempt, from)
            .setParameter("to", JobState.FINISHED)
            .setParameter("verdict", result.verdict())
            .setParameter("now", now)
            .setParameter("bytes", result.outputBytes());
    result.exitCode().ifPresent(code -> query.setParameter("exitCode", code));
    result.failure().ifPresent(sentence -> query.setParameter("failure", bounded(sentence)));
    int changed = query.executeUpdate();
    if (changed == 1) {
      em.persist(new StoredResult(id, result));
    }
    return changed == 1;
  }

  /** A client wants the end of a job that a node holds. */
  boolean requestCancel(String id) {
    return em.createQuery(
                "update Job j set j.cancelRequested = true"
                    + " where j.id = :id and j.state in :active")
            .setParameter("id", id)
            .setParameter("active", JobState.active())
            .executeUpdate()
        == 1;
  }

  private Query held(String update, String id, int attempt, Set<JobState> from) {
    return em.createQuery(
            update + " where j.id = :id and j.attempt = :attempt and j.state in :from")
        .setParameter("id", id)
        .setParameter("attempt", attempt)
        .setParameter("from", from);
  }

  private static Set<JobState> before(JobState to) {
    Set<JobState> from = EnumSet.noneOf(JobState.class);
    for (JobState state : JobState.active()) {
      if (state.canBecome(to)) {
        from.add(state);
      }
    }
    return from;
  }

  private static String bounded(String failure) {
    return failure.length() <= MAX_FAILURE ? failure : failure.substring(0, MAX_FAILURE);
  }
}
