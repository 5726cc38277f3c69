package dev.cloude.ejb.job;

import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestAddress;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What nodes do with jobs: claim, finish, fail, clean up. Each call is one transaction. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class JobQueue {
  /** Enough that a few lost races with other nodes do not send the claimer away empty-handed. */
  private static final int CANDIDATES = 16;

  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  @EJB private IpLeases leases;

  public JobQueue() {}

  JobQueue(EntityManager em, IpLeases leases) {
    this.em = em;
    this.leases = leases;
  }

  /**
   * Claims the oldest pending job together with an address for its guest: both or none.
   *
   * @return empty when no job waits, or no address is free
   * @throws RuntimeException also when another node took the same address at the same time; the
   *     claim can be repeated
   */
  public Optional<Claim> claimNext() {
    List<String> candidates =
        em.createQuery(
                "select j.id from Job j where j.state = :pending order by j.createdAt, j.id",
                String.class)
            .setParameter("pending", JobState.QUEUED)
            .setMaxResults(CANDIDATES)
            .getResultList();
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Optional<GuestAddress> address = leases.free();
    if (address.isEmpty()) {
      return Optional.empty();
    }
    for (String id : candidates) {
      if (compareAndSetRunning(id)) {
        return Optional.of(claim(em.find(Job.class, id), leases.lease(address.get(), id)));
      }
    }
    return Optional.empty();
  }

  private boolean compareAndSetRunning(String id) {
    return em.createQuery(
                "update Job j set j.state = :running, j.attempt = j.attempt + 1,"
                    + " j.startedAt = :now, j.version = j.version + 1"
                    + " where j.id = :id and j.state = :pending")
            .setParameter("running", JobState.QUEUED.to(JobState.BOOTING))
            .setParameter("now", Instant.now())
            .setParameter("id", id)
            .setParameter("pending", JobState.QUEUED)
            .executeUpdate()
        == 1;
  }

  private static Claim claim(Job job, Lease lease) {
    String name = job.id() + "/" + job.attempt();
    UUID execution = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return new Claim(
        job.id(),
        job.attempt(),
        new Execution(execution, job.language(), job.source(), job.stdin()),
        lease);
  }

  /**
   * Stores how the program ended.
   *
   * @return false, and nothing changes, when this attempt does not run any more
   */
  public boolean finish(String jobId, int attempt, ExecutionResult result) {
    return job(jobId).map(job -> job.finish(attempt, result, Instant.now())).orElse(false);
  }

  /**
   * Stores why the platform failed.
   *
   * @param reason one sentence for the client
   * @return as {@link #finish}
   */
  public boolean fail(String jobId, int attempt, String reason) {
    return job(jobId).map(job -> job.fail(attempt, reason, Instant.now())).orElse(false);
  }

  private Optional<Job> job(String id) {
    return Optional.ofNullable(em.find(Job.class, id));
  }

  /**
   * Ends all running jobs with an error; to be called when it is certain that nobody runs them.
   *
   * @return how many there were
   */
  public int failRunning(String reason) {
    return em.createQuery(
            "update Job j set j.state = :error, j.failure = :reason, j.finishedAt = :now,"
                + " j.version = j.version + 1 where j.state = :running")
        .setParameter("error", JobState.RUNNING.to(JobState.FINISHED))
        .setParameter("reason", reason)
        .setParameter("now", Instant.now())
        .setParameter("running", JobState.BOOTING)
        .executeUpdate();
  }

  /**
   * Deletes jobs that ended before a moment.
   *
   * @return how many there were
   */
  public int deleteFinishedBefore(Instant moment) {
    return em.createQuery("delete from Job j where j.finishedAt < :moment")
        .setParameter("moment", moment)
        .executeUpdate();
  }

  /** How many jobs wait. */
  public long pending() {
    return em.createQuery("select count(j) from Job j where j.state = :pending", Long.class)
        .setParameter("pending", JobState.QUEUED)
        .getSingleResult();
  }
}
