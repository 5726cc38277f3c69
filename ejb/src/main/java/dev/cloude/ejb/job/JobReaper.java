package dev.cloude.ejb.job;

import dev.cloude.ejb.job.JobQueue.Reaped;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Takes jobs from nodes that do not run them any more, within the caller's transaction. */
final class JobReaper {
  private final JobTransitions transitions;

  JobReaper(EntityManager em) {
    this.transitions = new JobTransitions(em);
  }

  /**
   * Has each job wait again or ends it. One that changed since it was looked at is left alone.
   *
   * @param held as they were a moment ago
   * @param reason one sentence for clients whose job fails
   */
  Reaped reap(List<Job> held, RestartPolicy policy, String reason) {
    List<String> requeued = new ArrayList<>();
    List<String> finished = new ArrayList<>();
    for (Job job : held) {
      if (JobQueue.mayRunAgain(policy, job.attempt()) && !job.cancelRequested()) {
        if (transitions.requeue(job.id(), job.attempt())) {
          requeued.add(job.id());
        }
        continue;
      }
      JobResult result =
          JobResult.ended(
              job.cancelRequested() ? Verdict.CANCELLED : Verdict.PLATFORM_ERROR,
              reason,
              PhaseTimings.NONE);
      if (transitions.finish(job.id(), job.attempt(), false, result, Instant.now())) {
        finished.add(job.id());
      }
    }
    return new Reaped(requeued, finished);
  }
}
