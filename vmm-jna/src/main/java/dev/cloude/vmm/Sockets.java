package dev.cloude.vmm;

import dev.cloude.vmm.virtio.vsock.VsockCounters;

/**
 * What has gone through a guest's socket device.
 *
 * @param accepted connections that the guest has opened
 * @param opened connections that the host has opened
 * @param refused connections that the guest asked for and did not get
 * @param malformed times the guest broke a rule: of the ring, or of a packet
 */
public record Sockets(
    long accepted, long opened, long refused, long receivedBytes, long sentBytes, long malformed) {
  static Sockets of(VsockCounters counters, long malformed) {
    return new Sockets(
        counters.accepted(),
        counters.opened(),
        counters.refused(),
        counters.receivedBytes(),
        counters.sentBytes(),
        counters.violations() + malformed);
  }
}
