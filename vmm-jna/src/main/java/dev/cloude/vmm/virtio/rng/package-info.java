/**
 * The entropy device (virtio 1.2, section 5.4). May use {@code virtio}, {@code limit}, {@code
 * libc}.
 */
package dev.cloude.vmm.virtio.rng;
