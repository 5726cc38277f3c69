package dev.cloude.vmm;

import dev.cloude.vmm.virtio.net.NetCounters;

/**
 * What has gone through a guest's network device.
 *
 * @param dropped frames lost on either way
 * @param malformed times the guest's driver broke a rule
 */
public record Traffic(
    long receivedFrames,
    long receivedBytes,
    long sentFrames,
    long sentBytes,
    long dropped,
    long malformed) {
  static Traffic of(NetCounters counters, long malformed) {
    return new Traffic(
        counters.receivedFrames(),
        counters.receivedBytes(),
        counters.sentFrames(),
        counters.sentBytes(),
        counters.receiveDrops() + counters.receiveErrors() + counters.sendDrops(),
        malformed);
  }
}
