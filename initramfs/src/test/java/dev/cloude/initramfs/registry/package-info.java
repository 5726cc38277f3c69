/**
 * Images from real registries: Debian's docker-registry on loopback, filled and asked by skopeo.
 * Tagged {@code registry}; {@code ./cloude test} runs them.
 */
package dev.cloude.initramfs.registry;
