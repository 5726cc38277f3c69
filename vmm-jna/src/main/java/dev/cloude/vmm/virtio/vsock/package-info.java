/**
 * The socket device (virtio 1.2, section 5.10): stream connections between programs of the guest
 * and of the host, whose ends on the host are Java streams, or are polled by one thread. No vhost,
 * no socket of the host. May use {@code virtio}, {@code memory}, {@code limit}, {@code libc}.
 */
package dev.cloude.vmm.virtio.vsock;
