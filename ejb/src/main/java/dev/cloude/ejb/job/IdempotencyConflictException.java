package dev.cloude.ejb.job;

/** An idempotency key was used for another request. The message is for the client. */
public class IdempotencyConflictException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String jobId;

  /**
   * @param key as the client sent it
   * @param jobId the job that was made with it
   */
  public IdempotencyConflictException(String key, String jobId) {
    super(
        "The idempotency key \"%s\" was used for job %s with another request; use another key."
            .formatted(key, jobId));
    this.key = key;
    this.jobId = jobId;
  }

  /** As the client sent it. */
  public String key() {
    return key;
  }

  /** The job that was made with the key. */
  public String jobId() {
    return jobId;
  }
}
