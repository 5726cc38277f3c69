/**
 * The node's network: address arithmetic, the bridge, one TAP device for each VM, and the packet
 * filter that keeps guests from each other and from the host. Devices are made through {@code
 * dev.cloude.vmm.net}; the only program that is run is {@code nft}. Knows no jobs and no leases.
 */
package dev.cloude.runtime.network;
