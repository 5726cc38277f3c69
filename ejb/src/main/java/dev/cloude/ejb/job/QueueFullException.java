package dev.cloude.ejb.job;

import java.time.Duration;

/** So many jobs wait that no more are accepted. The message is for the client. */
public class QueueFullException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /**
   * @param limit {@code JOB_QUEUE_LIMIT}
   * @param retryAfter when it may be tried again; at least a second
   */
  public QueueFullException(int limit, Duration retryAfter) {
    super(
        "%d jobs wait already, which is the most that this server takes; try again in %d s."
            .formatted(limit, retryAfter.toSeconds()));
    this.retryAfter = retryAfter;
  }

  /** For the {@code Retry-After} header. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
