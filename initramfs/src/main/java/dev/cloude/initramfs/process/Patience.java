package dev.cloude.initramfs.process;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a program may show no sign of life.
 *
 * @param measure a number that changes while the program gets on
 */
record Patience(Duration limit, LongSupplier measure) {
  /** How often within the limit the measure is taken. */
  private static final int LOOKS = 10;

  Watch watch(Process process) {
    return new Watch(process);
  }

  /** Ends one process when patience is over. */
  final class Watch implements AutoCloseable {
    private final Process process;
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(daemons());

    private volatile long lastSign = System.nanoTime();
    private volatile boolean over;

    /** Used by the timer's thread only. */
    private long lastMeasure = -1;

    private Watch(Process process) {
      this.process = process;
      long period = Math.max(1, limit.toMillis() / LOOKS);
      timer.scheduleAtFixedRate(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    /** The program has written a line. */
    void sign() {
      lastSign = System.nanoTime();
    }

    /** Whether the process was ended because of this. */
    boolean isOver() {
      return over;
    }

    Duration limit() {
      return limit;
    }

    private void look() {
      long now = measure.getAsLong();
      if (now != lastMeasure) {
        lastMeasure = now;
        sign();
      } else if (System.nanoTime() - lastSign > limit.toNanos() && process.isAlive()) {
        over = true;
        process.destroyForcibly();
      }
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  private static ThreadFactory daemons() {
    ThreadFactory plain = Executors.defaultThreadFactory();
    return task -> {
      Thread thread = plain.newThread(task);
      thread.setDaemon(true);
      return thread;
    };
  }
}
