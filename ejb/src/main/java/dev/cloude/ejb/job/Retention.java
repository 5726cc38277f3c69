package dev.cloude.ejb.job;

import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes finished jobs with all that belongs to them: the oldest ends first, some at a time, each
 * call one transaction. One whose output was read a moment ago stays until it is left alone.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class Retention {
  /** Short transactions: others want to write, too. */
  static final int AT_ONCE = 200;

  /** After the last look at its output; longer than {@link JobStore#touch} lets pass. */
  private static final Duration READING = Duration.ofSeconds(60);

  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  public Retention() {}

  Retention(EntityManager em) {
    this.em = em;
  }

  /**
   * Deletes jobs that ended before a moment.
   *
   * @return how many; there may be more when it is not 0
   */
  public int deleteFinishedBefore(Instant moment) {
    List<String> ids =
        em.createQuery(
                "select j.id from Job j where j.finishedAt < :moment"
                    + " and (j.readAt is null or j.readAt < :reading) order by j.finishedAt",
                String.class)
            .setParameter("moment", moment)
            .setParameter("reading", Instant.now().minus(READING))
            .setMaxResults(AT_ONCE)
            .getResultList();
    return delete(ids);
  }

  /**
   * Deletes jobs until the others have not more than so many bytes together.
   *
   * @return as {@link #deleteFinishedBefore}
   */
  public int deleteBeyond(long bytes) {
    Long stored =
        em.createQuery("select sum(j.storedBytes) from Job j where j.state = :finished", Long.class)
            .setParameter("finished", JobState.FINISHED)
            .getSingleResult();
    long excess = stored == null ? 0 : stored - bytes;
    if (excess <= 0) {
      return 0;
    }
    List<Object[]> oldest =
        em.createQuery(
                "select j.id, j.storedBytes from Job j where j.state = :finished"
                    + " and (j.readAt is null or j.readAt < :reading) order by j.finishedAt",
                Object[].class)
            .setParameter("finished", JobState.FINISHED)
            .setParameter("reading", Instant.now().minus(READING))
            .setMaxResults(AT_ONCE)
            .getResultList();
    List<String> ids = new ArrayList<>();
    for (Object[] job : oldest) {
      if (excess <= 0) {
        break;
      }
      ids.add((String) job[0]);
      excess -= ((Number) job[1]).longValue();
    }
    return delete(ids);
  }

  private int delete(List<String> ids) {
    if (ids.isEmpty()) {
      return 0;
    }
    for (String entity : List.of("JobInput", "StoredResult", "JobLabel")) {
      em.createQuery("delete from " + entity + " e where e.jobId in :ids")
          .setParameter("ids", ids)
          .executeUpdate();
    }
    return em.createQuery("delete from Job j where j.id in :ids")
        .setParameter("ids", ids)
        .executeUpdate();
  }
}
