package dev.cloude.web.v1;

import dev.cloude.ejb.job.IdempotencyConflictException;
import dev.cloude.ejb.job.LanguageNotReadyException;
import dev.cloude.ejb.job.LimitExceededException;
import dev.cloude.ejb.job.QueueFullException;
import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;

/** Storing jobs, and what the engine may have against it. */
final class Storing {
  private Storing() {}

  /** A call of the engine. */
  interface Call<T> {
    T run()
        throws LanguageNotReadyException,
            QueueFullException,
            LimitExceededException,
            IdempotencyConflictException;
  }

  /** What the call gives; refusals become problems. */
  static <T> T of(Call<T> call) {
    try {
      return call.run();
    } catch (LanguageNotReadyException e) {
      throw Problem.of(ProblemType.LANGUAGE_NOT_READY, e.getMessage())
          .retryAfter(e.retryAfter())
          .exception();
    } catch (QueueFullException e) {
      throw Problem.of(ProblemType.QUEUE_FULL, e.getMessage())
          .retryAfter(e.retryAfter())
          .exception();
    } catch (LimitExceededException e) {
      throw Problem.of(e).exception();
    } catch (IdempotencyConflictException e) {
      throw Problem.of(ProblemType.IDEMPOTENCY_CONFLICT, "Idempotency-Key", e.getMessage())
          .exception();
    }
  }
}
