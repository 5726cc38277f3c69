package dev.cloude.ejb.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Some of the server's managed threads. The servers' own executors do not fit: WildFly's default
 * one runs a few tasks at a time, Payara's reports long tasks as hung, and Payara never makes one
 * that is defined by annotation in an EJB jar inside a WAR.
 */
final class ManagedThreads implements Executor, AutoCloseable {
  /** A dispatcher's round that runs and one that is queued behind it. */
  private static final int DISPATCH_THREADS = 2;

  private static final int CALLBACK_THREADS = 8;

  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;

  private ManagedThreads(ThreadFactory threads, int most) {
    pool =
        new ThreadPoolExecutor(
            most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * A thread for each VM that may run, and for the dispatcher.
   *
   * @param threads the server's managed factory
   * @param maxConcurrent jobs at the same time
   */
  static ManagedThreads forJobs(ThreadFactory threads, int maxConcurrent) {
    return new ManagedThreads(threads, maxConcurrent + DISPATCH_THREADS);
  }

  /** A few threads for short tasks: telling clients what happened, ending a VM for one. */
  static ManagedThreads forCallbacks(ThreadFactory threads) {
    return new ManagedThreads(threads, CALLBACK_THREADS);
  }

  /**
   * Runs a task on a thread of its own, at once when one is free.
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
