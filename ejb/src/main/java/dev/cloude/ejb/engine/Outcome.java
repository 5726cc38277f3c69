package dev.cloude.ejb.engine;

import dev.cloude.runtime.job.ExecutionResult;

/** How an attempt ended, before it is stored. */
sealed interface Outcome {

  /** The program ran. */
  record Finished(ExecutionResult result) implements Outcome {}

  /**
   * The platform failed.
   *
   * @param reason one sentence for the client
   */
  record Failed(String reason) implements Outcome {}
}
