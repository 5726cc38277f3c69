package dev.cloude.vmm;

import dev.cloude.vmm.virtio.net.NetCounters;

/**
 * What has gone through a guest's network device. With {@code vhost} the frames do not come by
 * here: then frames, bytes and losses are 0; the host counts them at the TAP device.
 *
 * @param dropped frames lost on either way
 * @param malformed times the guest's driver broke a rule
 * @param vhost whether the host's kernel moves the frames
 */
public record Traffic(
    long receivedFrames,
    long receivedBytes,
    long sentFrames,
    long sentBytes,
    long dropped,
    long malformed,
    boolean vhost) {
  static Traffic of(NetCounters counters, long malformed) {
    return new Traffic(
        counters.receivedFrames(),
        counters.receivedBytes(),
        counters.sentFrames(),
        counters.sentBytes(),
        counters.receiveDrops() + counters.receiveErrors() + counters.sendDrops(),
        malformed,
        false);
  }

  static Traffic ofVhost(long malformed) {
    return new Traffic(0, 0, 0, 0, 0, malformed, true);
  }
}
