/** Runs the programs that the builder needs. Uses {@code error}. */
package dev.cloude.initramfs.process;
