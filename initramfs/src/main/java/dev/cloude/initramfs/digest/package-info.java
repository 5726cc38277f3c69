/**
 * Digests of the builder's inputs, kept with what the file system says of the files, so that what
 * has not changed is not read again. Uses {@code error}.
 */
package dev.cloude.initramfs.digest;
