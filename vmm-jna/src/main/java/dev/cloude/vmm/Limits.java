package dev.cloude.vmm;

import dev.cloude.vmm.limit.RateLimit;
import dev.cloude.vmm.virtio.rng.VirtioRng;
import java.util.Objects;

/**
 * How much of its devices a guest may use. What network, entropy device, disks and sockets hold
 * back waits for its turn; what the console holds back is lost, because its chip cannot tell a
 * guest to wait.
 *
 * @param received frames to the guest
 * @param sent frames from the guest
 * @param entropy requests for random bytes
 * @param console bytes written to the serial console, each an operation
 * @param disk requests to each of its disks
 * @param socket packets of the socket device, as much to the guest as from it
 */
public record Limits(
    RateLimit received,
    RateLimit sent,
    RateLimit entropy,
    RateLimit console,
    RateLimit disk,
    RateLimit socket) {
  /**
   * No limit for network, disks and sockets; 1 MiB of random bytes and 256 KiB of console output a
   * second, which is several times what a kernel prints while it boots.
   */
  public static final Limits DEFAULT =
      new Limits(
          RateLimit.NONE,
          RateLimit.NONE,
          VirtioRng.DEFAULT_LIMIT,
          RateLimit.bytesPerSecond(256 << 10),
          RateLimit.NONE,
          RateLimit.NONE);

  /** {@link NullPointerException} when one is missing; give {@link RateLimit#NONE} for none. */
  public Limits {
    Objects.requireNonNull(received, "received");
    Objects.requireNonNull(sent, "sent");
    Objects.requireNonNull(entropy, "entropy");
    Objects.requireNonNull(console, "console");
    Objects.requireNonNull(disk, "disk");
    Objects.requireNonNull(socket, "socket");
  }

  /** Whether there is a limit on frames, either way. */
  public boolean limitsFrames() {
    return isLimit(received) || isLimit(sent);
  }

  /** These with another limit on frames to the guest. */
  public Limits withReceived(RateLimit limit) {
    return new Limits(limit, sent, entropy, console, disk, socket);
  }

  /** These with another limit on frames from the guest. */
  public Limits withSent(RateLimit limit) {
    return new Limits(received, limit, entropy, console, disk, socket);
  }

  /** These with another limit on random bytes. */
  public Limits withEntropy(RateLimit limit) {
    return new Limits(received, sent, limit, console, disk, socket);
  }

  /** These with another limit on console output. */
  public Limits withConsole(RateLimit limit) {
    return new Limits(received, sent, entropy, limit, disk, socket);
  }

  /** These with another limit on each disk. */
  public Limits withDisk(RateLimit limit) {
    return new Limits(received, sent, entropy, console, limit, socket);
  }

  /** These with another limit on the socket device. */
  public Limits withSocket(RateLimit limit) {
    return new Limits(received, sent, entropy, console, disk, limit);
  }

  private static boolean isLimit(RateLimit limit) {
    return limit.bytes() > 0 || limit.operations() > 0;
  }
}
