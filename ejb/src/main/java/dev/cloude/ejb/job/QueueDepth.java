package dev.cloude.ejb.job;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many jobs wait: counted in the database now and then, and kept up to date in between with
 * what this node does. Counting for each submission would cost the more the more jobs wait.
 */
@ApplicationScoped
public class QueueDepth {
  private final AtomicLong queued = new AtomicLong();

  /** What was counted. */
  public void set(long counted) {
    queued.set(counted);
  }

  /** Jobs came or went. */
  public void add(int jobs) {
    queued.addAndGet(jobs);
  }

  /** As far as this node knows; at least 0. */
  public long get() {
    return Math.max(0, queued.get());
  }
}
