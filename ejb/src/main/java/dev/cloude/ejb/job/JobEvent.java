package dev.cloude.ejb.job;

import dev.cloude.runtime.job.OutputStreamName;

/** Something that happened to a job. */
public sealed interface JobEvent {

  /**
   * Where it stands among the job's events: with it, a later subscription goes on after this event.
   * 1 to 128 characters of {@code 0-9} and {@code .}; means nothing to clients.
   */
  String id();

  /**
   * The job has a new state.
   *
   * @param id of the event
   * @param state that it has now; states that lasted only a moment may be left out
   * @param attempt 1 for the first; a higher one than before says that it is run again
   */
  record StateChanged(String id, JobState state, int attempt) implements JobEvent {}

  /**
   * Output arrived.
   *
   * @param id of the event
   * @param stream that carries it
   * @param offset of the first byte within the stream
   * @param bytes at least one; may end within a character
   */
  record Output(String id, OutputStreamName stream, long offset, byte[] bytes)
      implements JobEvent {}

  /**
   * The last event: the job is finished.
   *
   * @param id of the event
   * @param job as it is now and stays
   */
  record Finished(String id, JobView job) implements JobEvent {}
}
