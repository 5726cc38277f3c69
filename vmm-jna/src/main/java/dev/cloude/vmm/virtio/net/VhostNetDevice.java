package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.virtio.HostRing;
import dev.cloude.vmm.virtio.KernelServedDevice;
import dev.cloude.vmm.virtio.VirtioException;
import dev.cloude.vmm.virtio.VirtioException.Code;
import dev.cloude.vmm.virtio.VirtioFeature;
import dev.cloude.vmm.virtio.Virtqueue;
import java.util.List;

/**
 * The network device with its frames moved by the host's kernel. What the guest sees is what {@link
 * VirtioNet} shows it. The kernel is given rings when the driver is ready, from the frozen and
 * checked configuration, and loses them at a reset, a failure and a pause.
 */
public final class VhostNetDevice implements KernelServedDevice {
  /** What the kernel must have for a driver to find here what it finds elsewhere. */
  public static final long KERNEL_FEATURES =
      NetFeature.MRG_RXBUF | VirtioFeature.EVENT_IDX | VirtioFeature.VERSION_1;

  private static final int RINGS = 2;

  private final NetConfig config;
  private final FrameChannel channel;
  private final VhostPort port;
  private final EventFd failure = new EventFd();
  // Of each ring of an active device: where it is, null where the driver set up none; and the chain
  // that the kernel begins with.
  private final HostRing[] places = new HostRing[RINGS];
  private final int[] next = new int[RINGS];
  private long features;
  private boolean active;
  private boolean frozen;

  /**
   * @param channel whose offloads follow the driver's wishes; not closed by this device, nor read
   * @param port not closed by this device
   */
  public VhostNetDevice(NetConfig config, FrameChannel channel, VhostPort port) {
    this.config = config;
    this.channel = channel;
    this.port = port;
  }

  @Override
  public void connect(List<EventFd> kicks, EventFd interrupt) {
    for (int ring = 0; ring < RINGS; ring++) {
      port.connect(ring, kicks.get(ring), interrupt, failure);
    }
  }

  @Override
  public EventFd failure() {
    return failure;
  }

  @Override
  public int deviceId() {
    return VirtioNet.DEVICE_ID;
  }

  @Override
  public int queueCount() {
    return RINGS;
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
    failure.drain();
    this.features = features;
    NetFeature.applyTo(channel, features);
    port.features(features & KERNEL_FEATURES);
    for (int ring = 0; ring < RINGS; ring++) {
      places[ring] = queues[ring] == null ? null : queues[ring].hostRing();
      next[ring] = 0;
    }
    active = true;
    if (!frozen) {
      start();
    }
  }

  @Override
  public void reset() {
    if (active && !frozen) {
      stop();
    }
    active = false;
  }

  @Override
  public void freeze() {
    if (active && !frozen) {
      stop();
    }
    frozen = true;
  }

  @Override
  public void thaw() {
    if (active && frozen) {
      start();
    }
    frozen = false;
  }

  /** The kernel has the kicks. */
  @Override
  public void queueKicked(int index) {}

  @Override
  public void pollReady() {
    // The same as before to a TAP that is there; refused by one that somebody has removed, which
    // the
    // kernel tells of as it does of a broken ring, and which is not the driver's doing.
    NetFeature.applyTo(channel, features);
    throw new VirtioException(
        Code.KERNEL, "The host's kernel found a ring, or a buffer in one, that it cannot use.");
  }

  @Override
  public void close() {
    failure.close();
  }

  private void start() {
    for (int ring = 0; ring < RINGS; ring++) {
      if (places[ring] != null) {
        port.start(ring, places[ring], next[ring]);
      }
    }
  }

  // Also those that failed to start: none may be left with a ring.
  private void stop() {
    for (int ring = 0; ring < RINGS; ring++) {
      next[ring] = port.stop(ring);
    }
  }
}
