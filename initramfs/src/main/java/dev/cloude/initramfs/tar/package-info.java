/** Reads tar archives into trees. Uses commons-compress, {@code tree} and {@code error}. */
package dev.cloude.initramfs.tar;
