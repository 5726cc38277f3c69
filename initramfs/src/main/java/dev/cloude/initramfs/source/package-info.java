/**
 * What every source of root filesystems has in common. The sources themselves are in the packages
 * below; they do not know each other.
 */
package dev.cloude.initramfs.source;
