package dev.cloude.vmm.virtio.rng;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.virtio.DescriptorChain;
import dev.cloude.vmm.virtio.RequestQueue;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.VirtioException;
import dev.cloude.vmm.virtio.VirtioException.Code;
import dev.cloude.vmm.virtio.Virtqueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Gives the guest random bytes. A request gets at most {@link #MAX_REQUEST_BYTES}, however much
 * room it has: the standard lets a device write less than asked for.
 */
public final class VirtioRng implements VirtioDevice {
  /** The most that one request gets. */
  public static final int MAX_REQUEST_BYTES = 64 << 10;

  /** For guests that are given no limit of their own: ample for seeding, useless for a flood. */
  public static final RateLimit DEFAULT_LIMIT = RateLimit.bytesPerSecond(1 << 20);

  private final EntropySource source;
  private final DescriptorChain chain = new DescriptorChain();
  private final RequestQueue queue;
  private final LongAdder requests = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /**
   * @param clock nanoseconds that never run backwards
   */
  public VirtioRng(EntropySource source, RateLimit limit, LongSupplier clock) {
    this.source = source;
    this.queue =
        new RequestQueue(new RateLimiter(limit, clock), chain, Long.MAX_VALUE, this::serve);
  }

  /** Requests answered so far. */
  public long requests() {
    return requests.sum();
  }

  /** Random bytes given so far. */
  public long bytes() {
    return bytes.sum();
  }

  @Override
  public int deviceId() {
    return 4;
  }

  @Override
  public int queueCount() {
    return 1;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public int configByte(int offset) {
    return 0;
  }

  @Override
  public void activate(long features, Virtqueue[] queues) {
    queue.activate(queues[0]);
  }

  @Override
  public void reset() {
    queue.reset();
  }

  @Override
  public void queueKicked(int index) {
    resume();
  }

  @Override
  public long delayNanos() {
    return queue.delayNanos();
  }

  @Override
  public void resume() {
    queue.resume();
  }

  @Override
  public void close() {
    reset();
  }

  private long serve() {
    long written = fill();
    requests.increment();
    bytes.add(written);
    return written;
  }

  private long fill() {
    if (chain.readableCount() > 0) {
      throw new VirtioException(
          Code.BUFFER_SHAPE, "A request for random bytes has buffers to read from.");
    }
    long written = 0;
    for (int i = 0; i < chain.count() && written < MAX_REQUEST_BYTES; i++) {
      long wanted = Math.min(chain.length(i), MAX_REQUEST_BYTES - written);
      // SAFETY: the chain was checked when it was copied; wanted is at most the buffer's length.
      long got = source.fill(chain.hostAddress(i), wanted);
      if (got <= 0) {
        break;
      }
      written += got;
      if (got < wanted) {
        break;
      }
    }
    return written;
  }
}
