/**
 * What a network device carries: our VMM, with the frames moved by itself and by the host's kernel,
 * beside QEMU's microvm. Uses the VMM's public door.
 */
package dev.cloude.bench.net;
