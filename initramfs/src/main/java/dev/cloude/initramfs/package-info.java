/**
 * Builds root filesystems for guests: from Debian packages or OCI layouts to cpio archives, kept by
 * fingerprint. Runs as a process of its own; knows neither VMs nor Jakarta EE.
 */
package dev.cloude.initramfs;
