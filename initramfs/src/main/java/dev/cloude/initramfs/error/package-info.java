/** The builder's one exception type. Uses nothing. */
package dev.cloude.initramfs.error;
