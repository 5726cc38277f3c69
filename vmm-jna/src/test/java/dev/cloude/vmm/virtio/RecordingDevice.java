package dev.cloude.vmm.virtio;

import dev.cloude.vmm.libc.EventFd;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A device that returns every chain unwritten and writes down what it is told. */
final class RecordingDevice implements VirtioDevice {
  static final long FEATURE = 1L << 7;
  static final long HIGH_FEATURE = 1L << 40;

  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger chains = new AtomicInteger();
  final EventFd source = new EventFd();
  private final DescriptorChain chain = new DescriptorChain();
  private Virtqueue[] queues;
  volatile boolean wantsPoll;
  volatile long delayNanos = Long.MAX_VALUE;
  volatile RuntimeException onActivate;
  volatile RuntimeException onKick;

  @Override
  public int deviceId() {
    return 42;
  }

  @Override
  public int queueCount() {
    return 2;
  }

  @Override
  public long features() {
    return FEATURE | HIGH_FEATURE;
  }

  @Override
  public int configByte(int offset) {
    return offset < 4 ? 0xa0 + offset : 0;
  }

  @Override
  public void activate(long features, Virtqueue[] queues) {
    calls.add("activate " + Long.toHexString(features));
    if (onActivate != null) {
      throw onActivate;
    }
    this.queues = queues;
  }

  @Override
  public void reset() {
    calls.add("reset");
    queues = null;
    delayNanos = Long.MAX_VALUE;
  }

  @Override
  public void queueKicked(int index) {
    if (onKick != null) {
      throw onKick;
    }
    Virtqueue queue = queues[index];
    if (queue == null) {
      return;
    }
    do {
      while (queue.pop(chain)) {
        queue.push(chain.head(), 0);
        queue.publish();
        chains.incrementAndGet();
      }
    } while (queue.enableKicks());
    queue.notifyDriver();
  }

  @Override
  public int pollFd() {
    return source.fd();
  }

  @Override
  public boolean wantsPoll() {
    return wantsPoll;
  }

  @Override
  public void pollReady() {
    source.drain();
    calls.add("poll");
  }

  @Override
  public long delayNanos() {
    return delayNanos;
  }

  @Override
  public void resume() {
    delayNanos = Long.MAX_VALUE;
    calls.add("resume");
  }

  @Override
  public void close() {
    calls.add("close");
    source.close();
  }
}
