package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.VirtioDevice;
import dev.cloude.vmm.virtio.Virtqueue;
import java.util.function.LongSupplier;

/**
 * The network device: queue 0 receives, queue 1 transmits. Frames are read and written straight in
 * guest memory; checksums and segmentation are passed on to the host's network stack as the driver
 * agreed to them.
 */
public final class VirtioNet implements VirtioDevice {
  static final int DEVICE_ID = 1;

  /** Bytes of {@code virtio_net_hdr_v1} before every frame. */
  public static final int HEADER_BYTES = 12;

  /** The smallest frame: an Ethernet header. */
  static final int MIN_FRAME_BYTES = 14;

  /** The largest frame: 64 KiB and an Ethernet header (virtio 1.2, section 5.1.6.3.1). */
  static final int MAX_FRAME_BYTES = 65536 + 14;

  private static final int RECEIVE = 0;

  private final NetConfig config;
  private final FrameChannel channel;
  private final NetCounters counters = new NetCounters();
  private final Receiver receiver;
  private final Transmitter transmitter;

  /**
   * @param channel not closed by this device
   * @param memory the guest's
   * @param clock nanoseconds that never run backwards
   */
  public VirtioNet(NetConfig config, FrameChannel channel, GuestMemory memory, LongSupplier clock) {
    this.config = config;
    this.channel = channel;
    this.receiver =
        new Receiver(channel, new RateLimiter(config.receive(), clock), counters, clock, memory);
    this.transmitter =
        new Transmitter(channel, new RateLimiter(config.transmit(), clock), counters);
  }

  public NetCounters counters() {
    return counters;
  }

  @Override
  public int deviceId() {
    return DEVICE_ID;
  }

  @Override
  public int queueCount() {
    return 2;
  }

  @Override
  public long features() {
    return NetFeature.OFFERED;
  }

  @Override
  public int configByte(int offset) {
    return config.configByte(offset);
  }

  @Override
  public void activate(long features, Virtqueue[] queues) {
    NetFeature.applyTo(channel, features);
    receiver.activate(queues[RECEIVE], (features & NetFeature.MRG_RXBUF) != 0);
    transmitter.activate(queues[1]);
  }

  @Override
  public void reset() {
    receiver.reset();
    transmitter.reset();
  }

  @Override
  public void queueKicked(int index) {
    if (index == RECEIVE) {
      receiver.receive();
    } else {
      transmitter.transmit();
    }
  }

  @Override
  public int pollFd() {
    return channel.fd();
  }

  @Override
  public boolean wantsPoll() {
    return receiver.wantsFrames();
  }

  @Override
  public void pollReady() {
    receiver.receive();
  }

  @Override
  public long delayNanos() {
    return Math.min(receiver.delayNanos(), transmitter.delayNanos());
  }

  @Override
  public void resume() {
    if (receiver.delayNanos() <= 0) {
      receiver.receive();
    }
    if (transmitter.delayNanos() <= 0) {
      transmitter.transmit();
    }
  }

  @Override
  public void close() {
    receiver.close();
    transmitter.close();
  }
}
