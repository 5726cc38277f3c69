package dev.cloude.ejb.service;

import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobEventListener;
import dev.cloude.ejb.job.Subscription;
import dev.cloude.ejb.journal.JobJournals;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries events from a source to a listener: one after another, at the listener's pace, on the
 * server's threads, and without holding one while there is nothing to say.
 */
final class EventSubscription implements Subscription, JobJournals.Waiter {
  private static final System.Logger LOG = System.getLogger(EventSubscription.class.getName());

  private final String jobId;
  private final JobJournals journals;
  private final EventSource source;
  private final JobEventListener listener;
  private final Executor executor;

  /** News since somebody began to deliver; 0 when nobody does. */
  private final AtomicInteger news = new AtomicInteger();

  private volatile boolean closed;

  EventSubscription(
      String jobId,
      JobJournals journals,
      EventSource source,
      JobEventListener listener,
      Executor executor) {
    this.jobId = jobId;
    this.journals = journals;
    this.source = source;
    this.listener = listener;
    this.executor = executor;
  }

  /** Begins with what there is. */
  void start() {
    journals.add(jobId, this);
    news(false);
  }

  @Override
  public void news(boolean ended) {
    if (!closed && news.getAndIncrement() == 0) {
      submit();
    }
  }

  @Override
  public boolean wantsAll() {
    return true;
  }

  private void submit() {
    try {
      executor.execute(this::deliver);
    } catch (RejectedExecutionException | IllegalStateException e) {
      end();
    }
  }

  private void deliver() {
    try {
      int seen;
      do {
        seen = news.get();
        Optional<JobEvent> event;
        while (!closed && (event = source.next()).isPresent()) {
          CompletionStage<?> taken = listener.onEvent(event.get());
          if (!taken.toCompletableFuture().isDone()) {
            taken.whenComplete((done, failure) -> goOn(failure));
            return;
          }
          taken.toCompletableFuture().join();
        }
        if (source.over()) {
          end();
          return;
        }
      } while (!news.compareAndSet(seen, 0));
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "job " + jobId + ": its events end for a listener", e);
      end();
    }
  }

  private void goOn(Throwable failure) {
    if (failure == null) {
      submit();
    } else {
      end();
    }
  }

  private void end() {
    boolean told = closed;
    close();
    if (!told) {
      listener.onEnd();
    }
  }

  @Override
  public void close() {
    closed = true;
    journals.remove(jobId, this);
  }
}
