package dev.cloude.runtime.network;

import java.io.IOException;

/** Takes changes of the host's packet filter. */
@FunctionalInterface
interface PacketFilter {

  /**
   * Applies one transaction: all of it or nothing.
   *
   * @param rules in the language of {@code nft -f}
   * @throws IOException with a clause that says what failed
   */
  void apply(String rules) throws IOException;
}
