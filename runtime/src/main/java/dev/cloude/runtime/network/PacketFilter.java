package dev.cloude.runtime.network;

import java.io.IOException;

/** Takes changes of the host's packet filter. */
interface PacketFilter {

  /**
   * Applies one transaction: all of it or nothing.
   *
   * @param rules in the language of {@code nft -f}
   * @throws IOException with a clause that says what failed
   */
  void apply(String rules) throws IOException;

  /**
   * Whether there are tables of this name for bridges and for IPv4 and IPv6.
   *
   * @throws IOException with a clause that says what failed
   */
  boolean has(String table) throws IOException;
}
