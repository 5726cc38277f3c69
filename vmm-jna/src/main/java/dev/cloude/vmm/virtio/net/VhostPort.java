package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.virtio.HostRing;

/**
 * The host kernel's server for the rings of one network device: 0 receives, 1 transmits. Calls
 * throw what the kernel's refusals are elsewhere, {@link dev.cloude.vmm.libc.ErrnoException}.
 */
public interface VhostPort {
  /**
   * Ties a ring to its events; before its first start.
   *
   * @param kick the guest has made chains available
   * @param call chains were used and the driver wants to know
   * @param failure the ring, or a chain of it, is broken
   */
  void connect(int ring, EventFd kick, EventFd call, EventFd failure);

  /** What the driver acknowledged of {@link VhostNetDevice#KERNEL_FEATURES}; no ring may run. */
  void features(long features);

  /**
   * Serves a ring that is stopped.
   *
   * @param next available index of the chain to begin with
   */
  void start(int ring, HostRing place, int next);

  /**
   * Returns when nobody touches the ring any more; harmless when it is stopped.
   *
   * @return available index of the first chain that was not taken
   */
  int stop(int ring);
}
