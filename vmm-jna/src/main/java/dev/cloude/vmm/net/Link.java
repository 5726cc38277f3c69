package dev.cloude.vmm.net;

/**
 * A network interface of the host.
 *
 * @param index the kernel's number for it
 * @param name at most 15 bytes
 * @param kind such as {@code bridge} or {@code tun}; empty for hardware
 * @param master index of the bridge it is a port of, 0 for none
 * @param up whether it is switched on
 */
record Link(int index, String name, String kind, int master, boolean up) {
  static final String BRIDGE = "bridge";
  static final String TUN = "tun";
}
