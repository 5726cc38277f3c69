package dev.cloude.web.job;

/** A submission cannot become a job. The message is for the client. */
class RejectedSubmissionException extends Exception {
  private static final long serialVersionUID = 1L;

  RejectedSubmissionException(String message) {
    super(message);
  }
}
