package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.JobResult;

/** What becomes of an attempt, before it is stored. */
sealed interface Outcome {

  /** The job is over. */
  record Ended(JobResult result) implements Outcome {}

  /**
   * The job waits again.
   *
   * @param why the end of a sentence
   */
  record GivenBack(String why) implements Outcome {}
}
