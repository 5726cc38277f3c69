package dev.cloude.ejb.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread for each VM that may run, on the server's managed threads. The servers' own executors do
 * not fit: WildFly's default one runs a few tasks at a time, Payara's reports long tasks as hung,
 * and Payara never makes one that is defined by annotation in an EJB jar inside a WAR.
 */
final class JobExecutor implements Executor, AutoCloseable {
  /** A dispatcher's round that runs and one that is queued behind it. */
  private static final int DISPATCH_THREADS = 2;

  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;

  /**
   * @param threads the server's managed factory
   * @param maxConcurrent jobs at the same time
   */
  JobExecutor(ThreadFactory threads, int maxConcurrent) {
    pool =
        new ThreadPoolExecutor(
            maxConcurrent + DISPATCH_THREADS,
            maxConcurrent + DISPATCH_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads);
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a task on a thread of its own, at once when the permits are respected.
   *
   * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
   */
  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Takes no more tasks. Does not interrupt or wait for those that run. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
