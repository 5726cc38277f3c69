/**
 * Guest RAM: its mapping and the bounds-checked access to it. The single place where a guest
 * address becomes a host pointer. Knows no KVM and no device. May use {@code libc}.
 */
package dev.cloude.vmm.memory;
