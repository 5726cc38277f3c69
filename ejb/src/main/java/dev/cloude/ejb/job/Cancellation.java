package dev.cloude.ejb.job;

/** What a request to cancel a job led to. */
public enum Cancellation {
  /** There is no such job. */
  UNKNOWN,
  /** It waited; it is finished now and never runs. */
  CANCELLED,
  /** A node holds it and ends its VM now; it finishes in a moment. */
  REQUESTED,
  /** It had ended before; nothing changes. */
  ALREADY_FINISHED
}
