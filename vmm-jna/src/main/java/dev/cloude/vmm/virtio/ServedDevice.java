package dev.cloude.vmm.virtio;

import dev.cloude.vmm.libc.Epoll;

/** A device as its loop sees it: its descriptors in the epoll set. For the loop's thread. */
final class ServedDevice {
  // A tag is the device's place in the loop, then a queue's index or this.
  private static final int SOURCE_BITS = 8;
  private static final int SOURCE_MASK = (1 << SOURCE_BITS) - 1;
  private static final int POLL = SOURCE_MASK;

  private final VirtioMmioDevice device;
  private final Epoll epoll;
  private final int pollTag;
  private boolean watched;

  ServedDevice(VirtioMmioDevice device, Epoll epoll, int place) {
    this.device = device;
    this.epoll = epoll;
    int tag = place << SOURCE_BITS;
    this.pollTag = tag | POLL;
    if (device.servedByKernel()) {
      epoll.add(device.pollFd(), pollTag);
      return;
    }
    for (int queue = 0; queue < device.queueCount(); queue++) {
      epoll.add(device.kick(queue).fd(), tag | queue);
    }
  }

  /** The place of the device that {@code tag} belongs to. */
  static int device(int tag) {
    return tag >>> SOURCE_BITS;
  }

  void serve(int tag) {
    if (tag == pollTag) {
      device.servePoll();
    } else {
      device.serveQueue(tag & SOURCE_MASK);
    }
  }

  void serveIfDue() {
    if (device.delayNanos() <= 0) {
      device.serveDelay();
    }
  }

  /** Makes the epoll set agree with what the device wants now. */
  void updateWatch() {
    if (device.servedByKernel()) {
      return;
    }
    boolean wanted = device.wantsPoll();
    if (wanted != watched) {
      if (wanted) {
        epoll.add(device.pollFd(), pollTag);
      } else {
        // Removed rather than masked: a hang-up would be reported in any case, over and over.
        epoll.remove(device.pollFd());
      }
      watched = wanted;
    }
  }

  long delayNanos() {
    return device.delayNanos();
  }
}
