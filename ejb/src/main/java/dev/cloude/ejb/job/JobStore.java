package dev.cloude.ejb.job;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The rows behind {@link JobService}. Each call is one transaction. */
@Stateless
public class JobStore {
  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  @Inject private Event<JobSubmitted> submitted;

  public JobStore() {}

  JobStore(EntityManager em, Event<JobSubmitted> submitted) {
    this.em = em;
    this.submitted = submitted;
  }

  /**
   * Stores a job. Once this returns, the job survives the server's end.
   *
   * @return the new job's id
   */
  public UUID submit(NewJob newJob) {
    UUID id = UUID.randomUUID();
    em.persist(new Job(id, newJob, Instant.now()));
    submitted.fire(new JobSubmitted(id.toString()));
    return id;
  }

  /** What is known about a job; empty when there is none with this id, or not any more. */
  public Optional<JobView> find(UUID id) {
    return Optional.ofNullable(em.find(Job.class, id.toString())).map(Job::view);
  }
}
