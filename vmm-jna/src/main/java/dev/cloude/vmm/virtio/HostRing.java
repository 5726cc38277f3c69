package dev.cloude.vmm.virtio;

/**
 * Where the parts of a queue lie in this process, for whoever serves it by host addresses. Comes
 * from {@link Virtqueue#hostRing} alone: each part was found to be RAM with its whole length.
 *
 * @param size entries, a power of two
 * @param table host address of the descriptor table
 * @param available host address of the available ring
 * @param used host address of the used ring
 */
public record HostRing(int size, long table, long available, long used) {}
