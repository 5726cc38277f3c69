package dev.cloude.runtime.job;

import java.net.Inet4Address;

/**
 * A guest's place in the network.
 *
 * @param address the guest's own
 * @param gateway the bridge's address, the same for every guest
 * @param prefixLength of their network, 1 to 30
 */
public record GuestAddress(Inet4Address address, Inet4Address gateway, int prefixLength) {}
