package dev.cloude.runtime.network;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.PlatformException;
import java.util.UUID;

/** The network that this node's guests are in. Safe for use by many threads. */
public interface NodeNetwork {

  /**
   * Makes the bridge and its packet filter, or brings them into the right state, and removes TAP
   * devices that an earlier life of this server left. No VM of this server may run.
   *
   * @throws PlatformException naming what could not be made
   */
  void prepare() throws PlatformException;

  /**
   * Makes a guest's TAP device and lets the guest use its address.
   *
   * @param execution names the device
   * @param policy what it may reach; at most what the node's setting allows
   * @throws PlatformException naming what failed; nothing stays behind then
   */
  GuestPort attach(UUID execution, GuestAddress address, NetworkPolicy policy)
      throws PlatformException;

  /** How many TAP devices of this server there are, of whatever life. */
  int devices();

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
