/**
 * Builds images: a source's tree, what every guest needs on top, written to the output folder under
 * a lock and kept until something that went in has changed. Uses the packages beside it.
 */
package dev.cloude.initramfs.image;
