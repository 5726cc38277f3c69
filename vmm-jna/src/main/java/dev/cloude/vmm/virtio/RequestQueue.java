package dev.cloude.vmm.virtio;

import dev.cloude.vmm.limit.RateLimiter;

/**
 * The only queue of a device that answers each request at once, within a limit and in bursts, so
 * that other devices have their turn. For the thread that serves the device.
 */
public final class RequestQueue {
  /** Answers the request in a chain. */
  public interface Server {
    /**
     * @return how many bytes count against the limit
     */
    long serve();

    /** How many bytes were written to a chain whose request counted as {@code bytes}. */
    default long written(long bytes) {
      return bytes;
    }

    /** Whether another request can be taken; who makes it so calls {@link #resume}. */
    default boolean ready() {
      return true;
    }
  }

  // After so many requests, or so many bytes, others have their turn.
  private static final int BURST = 64;

  private final RateLimiter limiter;
  private final DescriptorChain chain;
  private final long burstBytes;
  private final Server server;
  // Null while not active.
  private Virtqueue queue;
  // Requests may be waiting that no kick will tell of.
  private boolean unfinished;

  /**
   * @param chain what {@code server} finds its request in
   * @param burstBytes bytes after which others have their turn
   */
  public RequestQueue(RateLimiter limiter, DescriptorChain chain, long burstBytes, Server server) {
    this.limiter = limiter;
    this.chain = chain;
    this.burstBytes = burstBytes;
    this.server = server;
  }

  /** As {@link VirtioDevice#activate}. */
  public void activate(Virtqueue active) {
    queue = active;
  }

  /** As {@link VirtioDevice#reset}. */
  public void reset() {
    queue = null;
    unfinished = false;
  }

  /** As {@link VirtioDevice#delayNanos}. */
  public long delayNanos() {
    return unfinished && server.ready() ? limiter.delayNanos() : Long.MAX_VALUE;
  }

  /** As {@link VirtioDevice#resume}. */
  public void resume() {
    if (queue == null) {
      return;
    }
    queue.disableKicks();
    unfinished = true;
    int served = 0;
    long counted = 0;
    while (served < BURST && counted < burstBytes && limiter.open() && server.ready()) {
      if (queue.pop(chain)) {
        long bytes = server.serve();
        limiter.charge(bytes);
        queue.push(chain.head(), server.written(bytes));
        served++;
        counted += bytes;
      } else if (!queue.enableKicks()) {
        unfinished = false;
        break;
      }
    }
    if (served > 0) {
      queue.publish();
      queue.notifyDriver();
    }
  }
}
