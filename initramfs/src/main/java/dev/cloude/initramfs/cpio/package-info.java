/**
 * Writes trees as cpio archives of the kind that Linux unpacks as an initramfs
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Uses commons-compress, {@code tree}
 * and {@code error}.
 */
package dev.cloude.initramfs.cpio;
