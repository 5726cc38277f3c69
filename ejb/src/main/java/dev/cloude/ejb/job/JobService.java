package dev.cloude.ejb.job;

import dev.cloude.runtime.job.OutputStreamName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * What clients do with jobs. A CDI bean; every method may be called from any thread of the server,
 * outside of a transaction, and none blocks for longer than the database takes.
 */
public interface JobService {
  /** Most jobs of one page. */
  int MAX_PAGE = 1000;

  /** Most jobs of one batch. */
  int MAX_BATCH = 100;

  /**
   * Stores a job. Once this returns, the job survives the server's end.
   *
   * @return the new job's id; an earlier one's when the client repeats a request with the same key
   * @throws LanguageNotReadyException when this node has no image of its language yet
   * @throws QueueFullException when too many jobs wait
   * @throws LimitExceededException when it asks for more than the node allows
   * @throws IdempotencyConflictException when its key was used for another request
   */
  UUID submit(NewJob job)
      throws LanguageNotReadyException,
          QueueFullException,
          LimitExceededException,
          IdempotencyConflictException;

  /**
   * As {@link #submit}, as the original endpoint promises it: a job is stored even if the image of
   * its language is not there, and then ends as platform error unless the image has come by then.
   */
  UUID submitOriginal(NewJob job)
      throws QueueFullException, LimitExceededException, IdempotencyConflictException;

  /**
   * Stores all of these jobs or none.
   *
   * @param jobs at most {@link #MAX_BATCH}
   * @return their ids, in the same order
   * @throws LanguageNotReadyException as {@link #submit}
   * @throws QueueFullException as {@link #submit}
   * @throws LimitExceededException as {@link #submit}; the field's name begins with {@code
   *     jobs[3].}
   * @throws IdempotencyConflictException as {@link #submit}
   */
  List<UUID> submitAll(List<NewJob> jobs)
      throws LanguageNotReadyException,
          QueueFullException,
          LimitExceededException,
          IdempotencyConflictException;

  /** What is known about a job; empty when there is none with this id, or not any more. */
  Optional<JobView> find(UUID id);

  /**
   * Waits for a job's end without holding a thread.
   *
   * @param limit after which the job is shown as it is then
   * @return completes on a thread of the server, normally in every case: with the finished job as
   *     soon as it is finished, on whichever node; with the job as it is when the time is over;
   *     empty when there is no such job, or not any more. Dependents must not block
   */
  CompletionStage<Optional<JobView>> await(UUID id, Duration limit);

  /**
   * Some jobs, the newest first.
   *
   * @param cursor from the page before; empty for the first page
   * @param limit 1 to {@link #MAX_PAGE}
   * @throws IllegalArgumentException when the cursor is not one of ours
   */
  JobPage list(JobFilter filter, Optional<String> cursor, int limit);

  /** Ends a job, whatever it does. */
  Cancellation cancel(UUID id);

  /**
   * A piece of what a job wrote, while it runs (on this node) and afterwards.
   *
   * @param from offset of the first byte; beyond the end nothing comes
   * @param to offset after the last byte, at least {@code from}; beyond the end it means the end
   * @return empty when there is no such job
   */
  Optional<OutputSlice> output(UUID id, OutputStreamName stream, long from, long to);

  /**
   * Tells a listener what happens to a job, and what has happened since an event. A job that runs
   * on another node shows its states at once and its output at its end.
   *
   * @param after id of the last event that the client has; empty for all events. One that is not of
   *     this job counts as empty
   * @return empty when there is no such job; the listener is not called then
   */
  Optional<Subscription> events(UUID id, Optional<String> after, JobEventListener listener);

  /** The catalogue's languages, sorted by name. */
  List<LanguageView> languages();

  /** This node, now. */
  NodeView node();
}
