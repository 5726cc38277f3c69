package dev.cloude.ejb.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A few managed threads for short tasks: telling clients what happened, ending a VM for one. */
final class CallbackThreads implements Executor, AutoCloseable {
  private static final int THREADS = 8;
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;

  /**
   * @param threads the server's managed factory
   */
  CallbackThreads(ThreadFactory threads) {
    pool =
        new ThreadPoolExecutor(
            THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
  }

  /**
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
