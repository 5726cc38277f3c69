package dev.cloude.runtime.driver;

import dev.cloude.runtime.job.PlatformException;
import java.util.OptionalInt;

/** Starts VMs in one particular way. Safe for use by many threads. */
public interface VmDriver extends AutoCloseable {

  /** For people: {@code kvm}, {@code qemu (emulated)}. */
  String description();

  /** Whether guests are emulated, and so slower by an order of magnitude. */
  boolean emulated();

  /** Whether VMs can have disks. */
  default boolean hasDisks() {
    return false;
  }

  /** Whether VMs can have sockets. */
  default boolean hasSockets() {
    return false;
  }

  /**
   * Starts a VM. Its processor runs when this returns.
   *
   * @throws PlatformException when it could not be started; nothing stays behind then
   * @throws InterruptedException when the calling thread was interrupted; nothing stays behind then
   */
  VmHandle start(VmSpec spec) throws PlatformException, InterruptedException;

  /** How many processes wait for a VM; empty for a driver that starts none ahead. */
  default OptionalInt prestarted() {
    return OptionalInt.empty();
  }

  /** How many VMs, made ahead, wait for a job; empty for a driver that makes none. */
  default OptionalInt prepared() {
    return OptionalInt.empty();
  }

  /**
   * Ends what was started or made ahead, and VMs that live in processes of this driver. Idempotent.
   */
  @Override
  default void close() {}
}
