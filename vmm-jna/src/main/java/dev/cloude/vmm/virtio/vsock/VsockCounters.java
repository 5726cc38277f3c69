package dev.cloude.vmm.virtio.vsock;

import java.util.concurrent.atomic.LongAdder;

/** What a socket device has done so far. Written by the device, read by anyone. */
public final class VsockCounters {
  final LongAdder accepted = new LongAdder();
  final LongAdder opened = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder receivedBytes = new LongAdder();
  final LongAdder sentBytes = new LongAdder();
  final LongAdder violations = new LongAdder();

  VsockCounters() {}

  /** Connections that the guest has opened. */
  public long accepted() {
    return accepted.sum();
  }

  /** Connections that the host has opened. */
  public long opened() {
    return opened.sum();
  }

  /**
   * Connections that the guest asked for and did not get: nobody listens, or there are too many.
   */
  public long refused() {
    return refused.sum();
  }

  /** Bytes of data from the guest. */
  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** Bytes of data to the guest. */
  public long sentBytes() {
    return sentBytes.sum();
  }

  /** Packets that the standard does not allow: each costs its connection, if it has one. */
  public long violations() {
    return violations.sum();
  }
}
