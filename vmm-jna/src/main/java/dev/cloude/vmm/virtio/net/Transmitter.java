package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.IoVector;
import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.virtio.DescriptorChain;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.VirtioException;
import dev.cloude.vmm.virtio.VirtioException.Code;
import dev.cloude.vmm.virtio.Virtqueue;

/** The way from the guest's transmit queue to the channel. A frame that fails is only dropped. */
final class Transmitter implements AutoCloseable {
  // Chains in one turn; the others have theirs after it.
  private static final int BURST = 128;

  private final FrameChannel channel;
  private final RateLimiter limiter;
  private final NetCounters counters;
  private final DescriptorChain chain = new DescriptorChain();
  private final IoVector iovecs = new IoVector(VirtioDevice.MAX_QUEUE_SIZE);
  // Null while not active.
  private Virtqueue queue;
  // Frames may be waiting that no kick will tell of.
  private boolean unfinished;

  Transmitter(FrameChannel channel, RateLimiter limiter, NetCounters counters) {
    this.channel = channel;
    this.limiter = limiter;
    this.counters = counters;
  }

  void activate(Virtqueue queue) {
    this.queue = queue;
    unfinished = false;
  }

  void reset() {
    queue = null;
    unfinished = false;
  }

  /** Nanoseconds until {@link #transmit} should be called without a kick. */
  long delayNanos() {
    return unfinished ? limiter.delayNanos() : Long.MAX_VALUE;
  }

  /** Sends what is there, one burst at most. */
  void transmit() {
    if (queue == null) {
      return;
    }
    queue.disableKicks();
    unfinished = true;
    int sent = 0;
    while (sent < BURST && limiter.open()) {
      if (queue.pop(chain)) {
        send();
        queue.push(chain.head(), 0);
        sent++;
      } else if (!queue.enableKicks()) {
        unfinished = false;
        break;
      }
    }
    if (sent > 0) {
      queue.publish();
      queue.notifyDriver();
    }
  }

  @Override
  public void close() {
    reset();
    iovecs.close();
  }

  private void send() {
    if (chain.writableBytes() > 0) {
      throw new VirtioException(Code.BUFFER_SHAPE, "A frame to be sent has buffers to write to.");
    }
    long bytes = chain.readableBytes() - VirtioNet.HEADER_BYTES;
    limiter.charge(Math.max(0, bytes));
    if (bytes < VirtioNet.MIN_FRAME_BYTES || bytes > VirtioNet.MAX_FRAME_BYTES) {
      counters.sendDrops.increment();
      return;
    }
    for (int i = 0; i < chain.count(); i++) {
      // SAFETY: addresses and lengths are those of the chain's private, checked copy.
      iovecs.set(i, chain.hostAddress(i), chain.length(i));
    }
    if (channel.write(iovecs.address(0), chain.count()) < 0) {
      // Interface down, header not understood, no buffer space: this frame only.
      counters.sendDrops.increment();
    } else {
      counters.sentFrames.increment();
      counters.sentBytes.add(bytes);
    }
  }
}
