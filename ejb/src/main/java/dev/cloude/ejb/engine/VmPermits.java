package dev.cloude.ejb.engine;

import dev.cloude.runtime.config.VmSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What VMs may take of this node: so many at once, and so much memory together. Each VM has a
 * permit, from before its job is claimed until nothing is left of it. Thread-safe.
 */
final class VmPermits {
  private static final int MOST_MIB = 1 << 30;

  private final int most;
  private final int memoryMib;

  /** Fair, so that {@link #awaitAll} is not overtaken by claims. */
  private final Semaphore places;

  private final Semaphore memory;

  /**
   * @param most VMs at once
   * @param memoryMib of all VMs together
   */
  VmPermits(int most, int memoryMib) {
    this.most = most;
    this.memoryMib = memoryMib;
    this.places = new Semaphore(most, true);
    this.memory = new Semaphore(memoryMib);
  }

  /**
   * As many as are set, as far as the host's memory and its network have room. There is room for
   * one VM of the node's least memory in any case.
   *
   * @param addresses for guests; empty when there are guests that need none
   * @param hostMib the host's memory; empty when it is not known, and does not count
   */
  static VmPermits of(VmSettings vms, OptionalLong addresses, OptionalLong hostMib) {
    long set = vms.totalMemoryMib().map(Integer::longValue).orElse(hostMib.orElse(MOST_MIB));
    int mib = (int) Math.max(vms.memoryMib(), Math.min(set, MOST_MIB));
    int most = Math.min(vms.maxConcurrent(), mib / vms.memoryMib());
    return new VmPermits((int) Math.min(most, addresses.orElse(most)), mib);
  }

  /** One VM's place. Used by one thread at a time. */
  final class Permit {
    private int reserved;
    private boolean released;

    /**
     * Takes memory for the VM, once.
     *
     * @param mib as much as it can use
     * @return false when others have it, and nothing is taken
     */
    boolean reserve(int mib) {
      if (!memory.tryAcquire(mib)) {
        return false;
      }
      reserved = mib;
      return true;
    }

    /** Gives everything back. Idempotent. */
    void release() {
      if (!released) {
        released = true;
        memory.release(reserved);
        places.release();
      }
    }
  }

  /** A place without memory yet; empty when all are taken. */
  Optional<Permit> tryAcquire() {
    return places.tryAcquire() ? Optional.of(new Permit()) : Optional.empty();
  }

  /** VMs that may be started now, if they are small. */
  int free() {
    return places.availablePermits();
  }

  /** VMs at the same time. */
  int most() {
    return most;
  }

  /** What no VM has, in MiB. */
  int freeMib() {
    return memory.availablePermits();
  }

  /** What all VMs may have together, in MiB. */
  int memoryMib() {
    return memoryMib;
  }

  /**
   * Waits until there is no VM, and lets none begin after that.
   *
   * @return whether that was so within the time
   */
  boolean awaitAll(Duration limit) {
    try {
      return places.tryAcquire(most, limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
