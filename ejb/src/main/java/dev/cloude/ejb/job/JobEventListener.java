package dev.cloude.ejb.job;

import java.util.concurrent.CompletionStage;

/** Gets a job's events in order, one at a time, on threads of the server. */
public interface JobEventListener {

  /**
   * An event. The next one comes when the stage is complete, so that a slow reader is not overrun;
   * a stage that fails ends the subscription.
   */
  CompletionStage<?> onEvent(JobEvent event);

  /**
   * Nothing comes any more: after {@link JobEvent.Finished}, or because the job was deleted, the
   * server stops, or the listener failed. Called once, and not after the subscription was closed.
   */
  void onEnd();
}
