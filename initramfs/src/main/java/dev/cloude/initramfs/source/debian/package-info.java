/**
 * Root filesystems from Debian packages, fetched and unpacked by mmdebstrap without running any
 * maintainer script.
 */
package dev.cloude.initramfs.source.debian;
