package dev.cloude.runtime.job;

import java.util.List;
import java.util.Optional;

/** Makes VMs for executions with the driver that this node uses. Implemented as a CDI bean. */
public interface GuestSessions {

  /**
   * Makes what connects the guest and starts the VM. Nothing stays behind when it throws.
   *
   * @param address the guest's own; empty only where {@link #needsAddress} says that it needs none
   * @throws PlatformException naming what is missing or what failed
   */
  GuestSession open(Execution execution, Optional<GuestAddress> address)
      throws PlatformException, InterruptedException;

  /** Whether a guest that may reach this needs an address. The same for as long as this lives. */
  default boolean needsAddress(NetworkPolicy policy) {
    return true;
  }

  /**
   * The addresses with which a guest that may reach this starts sooner than with others, if nobody
   * has them.
   */
  default List<GuestAddress> preparedAddresses(NetworkPolicy policy) {
    return List.of();
  }

  /**
   * Whether a language's image is there. It may come, and go, at any time: {@link #open} says what
   * is then.
   *
   * @param language name in the catalogue
   */
  default boolean isReady(String language) {
    return true;
  }

  /**
   * The memory that a VM for this execution has, in MiB; 0 when it takes none of the host's.
   *
   * @throws PlatformException naming what is missing
   */
  default int memoryMib(Execution execution) throws PlatformException {
    return 0;
  }

  /**
   * Prepares the node's network: the bridge, its rules, and the removal of TAP devices that an
   * earlier life of this server left on it. Idempotent; called once before the first session.
   */
  void prepare() throws PlatformException;
}
