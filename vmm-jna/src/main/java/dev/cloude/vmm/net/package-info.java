/**
 * The host's side of a guest's network: TAP devices, the bridge they join and the kernel's tables
 * for them, over ioctl and netlink. Starts no program. Knows no devices and no guests. May use
 * {@code libc}.
 */
package dev.cloude.vmm.net;
