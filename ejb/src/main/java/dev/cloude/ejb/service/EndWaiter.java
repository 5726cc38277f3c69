package dev.cloude.ejb.service;

import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.journal.JobJournals;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One wait for a job's end. Holds no thread. */
final class EndWaiter implements JobJournals.Waiter {
  private final String jobId;
  private final JobJournals journals;
  private final Executor executor;
  private final Function<String, Optional<JobView>> find;
  private final CompletableFuture<Optional<JobView>> result = new CompletableFuture<>();

  private EndWaiter(
      String jobId,
      JobJournals journals,
      Executor executor,
      Function<String, Optional<JobView>> find) {
    this.jobId = jobId;
    this.journals = journals;
    this.executor = executor;
    this.find = find;
  }

  /** See {@link dev.cloude.ejb.job.JobService#await}. */
  static CompletionStage<Optional<JobView>> await(
      String jobId,
      Duration limit,
      JobJournals journals,
      Executor executor,
      Function<String, Optional<JobView>> find) {
    EndWaiter waiter = new EndWaiter(jobId, journals, executor, find);
    // In this order: an end that comes between both is seen by one of them.
    journals.add(jobId, waiter);
    waiter.look(limit.isZero() || limit.isNegative());
    if (!waiter.result.isDone()) {
      CompletableFuture<Void> timeout =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
      timeout.thenRun(() -> waiter.submit(true));
      waiter.result.whenComplete((view, failure) -> timeout.cancel(false));
    }
    return waiter.result.minimalCompletionStage();
  }

  @Override
  public void news(boolean ended) {
    submit(false);
  }

  @Override
  public boolean wantsAll() {
    return false;
  }

  private void submit(boolean last) {
    try {
      executor.execute(() -> look(last));
    } catch (RejectedExecutionException | IllegalStateException e) {
      fail(new IllegalStateException("The server stops.", e));
    }
  }

  /**
   * @param last whether the wait is over, whatever is found
   */
  private void look(boolean last) {
    try {
      Optional<JobView> job = find.apply(jobId);
      if (last || job.isEmpty() || job.get().state().isFinal()) {
        journals.remove(jobId, this);
        result.complete(job);
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException why) {
    journals.remove(jobId, this);
    result.completeExceptionally(why);
  }
}
