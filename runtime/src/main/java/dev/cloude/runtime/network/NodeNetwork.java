package dev.cloude.runtime.network;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import java.util.List;
import java.util.UUID;

/** The network that this node's guests are in. Safe for use by many threads. */
public interface NodeNetwork extends AutoCloseable {

  /**
   * Makes the bridge and its packet filter, or brings them into the right state, and removes TAP
   * devices that an earlier life of this server left. No VM of this server may run.
   *
   * @throws PlatformException naming what could not be made
   */
  void prepare() throws PlatformException;

  /**
   * Makes a guest's TAP device, or takes one that was made ahead and that no guest has seen, and
   * lets the guest use its address.
   *
   * @param execution names the device, unless that was made ahead
   * @param policy what it may reach; at most what the node's setting allows
   * @throws PlatformException naming what failed; nothing stays behind then
   */
  GuestPort attach(UUID execution, GuestAddress address, NetworkPolicy policy)
      throws PlatformException;

  /**
   * The addresses for which a device was made ahead, for a guest with this policy; often none. A
   * guest may have any other as well.
   */
  default List<GuestAddress> preparedAddresses(NetworkPolicy policy) {
    return List.of();
  }

  /** How many TAP devices of this server there are, of whatever life, those made ahead included. */
  int devices();

  /** How many of those were made ahead and wait for a guest. */
  default int preparedDevices() {
    return 0;
  }

  /** Removes what waits for guests, and makes nothing ahead any more. */
  @Override
  default void close() {}

  /** How the network is now. */
  Status status();

  /**
   * The network's state.
   *
   * @param up whether guests can be attached
   * @param detail a sentence
   */
  record Status(boolean up, String detail) {}
}
