package dev.cloude.runtime.network;

/** A guest's place on the bridge. */
public interface GuestPort extends AutoCloseable {

  /** Name of the TAP device. */
  String device();

  /** The guest's hardware address, as in {@code 02:c1:0a:27:01:02}. */
  String mac();

  /** The guest is up: what is made ahead of others does not hinder its boot any more. */
  default void guestReady() {}

  /**
   * Removes the device and the guest's rights. The VM must be gone. Idempotent; a second call tries
   * again what failed.
   *
   * @throws IllegalStateException when the device is still there, with the reason
   */
  @Override
  void close();
}
