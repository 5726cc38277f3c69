package dev.cloude.bench.net;

/**
 * What one guest's network did once.
 *
 * @param toGuest bytes a second of a stream to the guest
 * @param toHost bytes a second of a stream to the host
 * @param ping nanoseconds of a datagram to the guest and back, the median of many
 */
record Sample(double toGuest, double toHost, double ping) {
  private static final double MIB = 1 << 20;

  double toGuestMib() {
    return toGuest / MIB;
  }

  double toHostMib() {
    return toHost / MIB;
  }

  double pingMicros() {
    return ping / 1e3;
  }
}
