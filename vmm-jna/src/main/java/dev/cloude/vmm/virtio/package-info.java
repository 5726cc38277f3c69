/**
 * Virtio 1.2: the split queue, the memory-mapped transport, and the one thread per VM that serves
 * all its devices. Everything the guest gives is checked once on a private copy; a driver that
 * breaks the rules loses its device until it resets it, and nothing else. Knows no KVM, no ACPI and
 * no host network. May use {@code bus}, {@code memory} and {@code libc}.
 */
package dev.cloude.vmm.virtio;
