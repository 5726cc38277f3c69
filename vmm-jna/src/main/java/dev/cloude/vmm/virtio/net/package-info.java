/**
 * The network device (virtio 1.2, section 5.1): frames between a guest's queues and a TAP
 * descriptor, without a copy. Knows nothing of bridges and addresses. May use {@code virtio},
 * {@code memory}, {@code limit}, {@code libc}.
 */
package dev.cloude.vmm.virtio.net;
