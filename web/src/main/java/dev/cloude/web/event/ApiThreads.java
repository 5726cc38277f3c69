package dev.cloude.web.event;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Managed threads that write to clients. A client that reads slowly holds one of them until the
 * server gives up on it, and none of the engine's; nobody holds one while there is nothing to
 * write.
 */
@ApplicationScoped
public class ApiThreads {
  private static final int WRITERS = 16;
  private static final int IDLE_SECONDS = 30;

  @Resource private ManagedThreadFactory threads;

  private ThreadPoolExecutor answers;
  private ThreadPoolExecutor events;
  private ScheduledThreadPoolExecutor clock;

  public ApiThreads() {}

  @PostConstruct
  void start() {
    answers = pool();
    events = pool();
    clock = new ScheduledThreadPoolExecutor(1, threads);
    clock.setRemoveOnCancelPolicy(true);
  }

  private ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            WRITERS, WRITERS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** For whole answers. */
  public Executor answers() {
    return answers;
  }

  /** For events. */
  Executor events() {
    return events;
  }

  /** Does a short task again and again until the application ends. */
  void every(int seconds, Runnable task) {
    clock.scheduleWithFixedDelay(task, seconds, seconds, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    clock.shutdownNow();
    answers.shutdown();
    events.shutdown();
  }
}
