/**
 * QEMU as the peer of benchmarks: its microvm on KVM, with what ours is given too. Uses the VMM's
 * public names of what a guest has.
 */
package dev.cloude.bench.peer;
