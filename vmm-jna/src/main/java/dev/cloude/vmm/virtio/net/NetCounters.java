package dev.cloude.vmm.virtio.net;

import java.util.concurrent.atomic.LongAdder;

/** What has passed a network device. Bytes are those of the frames, without the header. */
public final class NetCounters {
  final LongAdder receivedFrames = new LongAdder();
  final LongAdder receivedBytes = new LongAdder();
  final LongAdder receiveDrops = new LongAdder();
  final LongAdder receiveErrors = new LongAdder();
  final LongAdder sentFrames = new LongAdder();
  final LongAdder sentBytes = new LongAdder();
  final LongAdder sendDrops = new LongAdder();

  NetCounters() {}

  /** Frames given to the guest. */
  public long receivedFrames() {
    return receivedFrames.sum();
  }

  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** Frames for the guest that did not fit what it had posted. */
  public long receiveDrops() {
    return receiveDrops.sum();
  }

  /** Reads of the channel that failed. */
  public long receiveErrors() {
    return receiveErrors.sum();
  }

  /** Frames from the guest that the host took. */
  public long sentFrames() {
    return sentFrames.sum();
  }

  public long sentBytes() {
    return sentBytes.sum();
  }

  /** Frames from the guest that were malformed or that the host did not take. */
  public long sendDrops() {
    return sendDrops.sum();
  }
}
