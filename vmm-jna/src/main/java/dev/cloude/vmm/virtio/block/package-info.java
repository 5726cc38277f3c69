/**
 * The block device (virtio 1.2, section 5.2), for images that are only read. May use {@code
 * virtio}, {@code limit}, {@code libc}.
 */
package dev.cloude.vmm.virtio.block;
