package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.Virtqueue;
import java.util.function.LongSupplier;

/**
 * The way from the channel to the guest's receive queue.
 *
 * <p>Whether the channel is to be watched follows from the state alone ({@link #wantsFrames}), and
 * the channel is reported for as long as it has frames: under whatever load, receiving cannot stay
 * switched off (compare CVE-2020-16843).
 */
final class Receiver implements AutoCloseable {
  // Frames in one turn; the others have theirs after it.
  private static final int BURST = 128;
  // A frame larger than what the driver has posted waits this long for more buffers.
  private static final long PATIENCE_NANOS = 100_000_000;
  // A read that fails loses its frame; a channel that only fails is dead.
  private static final int MAX_ERRORS = 64;

  private final FrameChannel channel;
  private final RateLimiter limiter;
  private final NetCounters counters;
  private final LongSupplier clock;
  private final ReceiveBuffers buffers;
  // Null while not active.
  private Virtqueue queue;
  private boolean mergeable;
  // The driver has been asked for a kick when it posts more buffers.
  private boolean waitingForBuffers;
  // Length of a frame that was read and waits for more buffers, 0 for none; where its spilled part
  // begins; and until when it waits.
  private long heldBytes;
  private long heldSpillStart;
  private long heldUntil;
  private int errorsInARow;
  private boolean dead;

  Receiver(
      FrameChannel channel,
      RateLimiter limiter,
      NetCounters counters,
      LongSupplier clock,
      GuestMemory memory) {
    this.channel = channel;
    this.limiter = limiter;
    this.counters = counters;
    this.clock = clock;
    this.buffers = new ReceiveBuffers(memory);
  }

  void activate(Virtqueue queue, boolean mergeable) {
    reset();
    this.queue = queue;
    this.mergeable = mergeable;
  }

  void reset() {
    queue = null;
    buffers.clear();
    waitingForBuffers = false;
    heldBytes = 0;
    errorsInARow = 0;
    dead = false;
  }

  /** Whether the channel is to be watched. */
  boolean wantsFrames() {
    return queue != null && !dead && !waitingForBuffers && limiter.open();
  }

  /** Nanoseconds until {@link #receive} should be called in any case. */
  long delayNanos() {
    if (queue == null || dead) {
      return Long.MAX_VALUE;
    }
    if (waitingForBuffers) {
      return heldBytes > 0 ? Math.max(0, heldUntil - clock.getAsLong()) : Long.MAX_VALUE;
    }
    long delay = limiter.delayNanos();
    return delay > 0 ? delay : Long.MAX_VALUE;
  }

  /** Receives what is there, one burst at most. */
  void receive() {
    if (queue == null || dead) {
      return;
    }
    queue.disableKicks();
    waitingForBuffers = false;
    int delivered = 0;
    int turns = 0;
    while (turns++ < BURST && haveBuffers()) {
      long length = heldBytes > 0 ? takeHeld() : take();
      if (length < 0) {
        break;
      }
      if (length > 0) {
        deliver(length);
        delivered++;
      }
    }
    if (delivered > 0) {
      queue.notifyDriver();
    }
  }

  @Override
  public void close() {
    reset();
    buffers.close();
  }

  // Whether there are buffers for the next frame; if not, the driver has been asked for more.
  private boolean haveBuffers() {
    while (true) {
      boolean more = buffers.gather(queue, !mergeable);
      if (buffers.room() > 0 && buffers.room() >= heldBytes) {
        return true;
      }
      if (heldBytes > 0 && (!more || clock.getAsLong() - heldUntil >= 0)) {
        // Dropped, and the chains that hold its start are used for the next frame.
        counters.receiveDrops.increment();
        heldBytes = 0;
      } else if (!queue.enableKicks()) {
        waitingForBuffers = true;
        return false;
      }
    }
  }

  // A frame's length; 0 for one that is lost or held back; negative when there is none.
  private long take() {
    if (!limiter.open()) {
      return -1;
    }
    long length = buffers.read(channel);
    if (length == -Errno.EAGAIN) {
      return length;
    }
    if (length < 0) {
      counters.receiveErrors.increment();
      // An interface that was removed says EIO or EBADFD from then on.
      dead = length == -Errno.EIO || length == -Errno.EBADFD || ++errorsInARow == MAX_ERRORS;
      return dead ? length : 0;
    }
    errorsInARow = 0;
    if (length <= VirtioNet.HEADER_BYTES || length > ReceiveBuffers.SPILL_BYTES) {
      counters.receiveErrors.increment();
      return 0;
    }
    limiter.charge(length - VirtioNet.HEADER_BYTES);
    if (length > buffers.room()) {
      heldBytes = length;
      heldSpillStart = buffers.room();
      heldUntil = clock.getAsLong() + PATIENCE_NANOS;
      return 0;
    }
    return length;
  }

  private long takeHeld() {
    long length = heldBytes;
    buffers.unspill(heldSpillStart, length);
    heldBytes = 0;
    return length;
  }

  private void deliver(long length) {
    counters.receivedFrames.increment();
    counters.receivedBytes.add(length - VirtioNet.HEADER_BYTES);
    buffers.deliver(queue, length);
    queue.publish();
  }
}
