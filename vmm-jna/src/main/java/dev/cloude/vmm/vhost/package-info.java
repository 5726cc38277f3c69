/**
 * The host kernel's network data path, {@code /dev/vhost-net}: its requests in one table, and the
 * owner of its descriptor. Knows no driver and no guest address: what it is handed was checked by
 * {@code virtio}. May use {@code virtio}, {@code virtio.net}, {@code memory} and {@code libc}.
 */
package dev.cloude.vmm.vhost;
