package dev.cloude.ejb.job;

/** A listener's hold on a job's events. */
public interface Subscription extends AutoCloseable {

  /** Ends it; an event that is being delivered is still delivered. Idempotent. */
  @Override
  void close();
}
