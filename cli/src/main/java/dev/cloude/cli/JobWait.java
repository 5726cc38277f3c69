package dev.cloude.cli;

import dev.cloude.api.JobStatus;
import java.time.Duration;

/** Waits for a job to finish. */
final class JobWait {
  /**
   * Questions without an answer, one after another, before the server counts as gone (about 10 s).
   */
  static final int MAX_SILENCE = 30;

  /** Lets time pass; the tests' own does not. */
  @FunctionalInterface
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private final Backend backend;
  private final Pause pause;

  JobWait(Backend backend, Pause pause) {
    this.backend = backend;
    this.pause = pause;
  }

  /**
   * @return the finished job
   * @throws CliException if the server refuses to say, or stays silent
   */
  JobStatus finished(String id) {
    PollIntervals intervals = new PollIntervals();
    int silence = 0;
    while (true) {
      try {
        JobStatus job = backend.status(id);
        silence = 0;
        if (job.finished()) {
          return job;
        }
      } catch (UnreachableException e) {
        if (++silence == MAX_SILENCE) {
          throw CliException.platform(
              e.getMessage() + " The job may still run; ask again with: status " + id, e);
        }
      }
      try {
        pause.of(intervals.next());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CliException.platform("Interrupted while waiting for job " + id + ".", e);
      }
    }
  }
}
