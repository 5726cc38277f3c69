/**
 * Owners of the KVM system, VM and vCPU descriptors, the run structure and the register sets, with
 * all request numbers in one table. Knows the kernel's interface, not what a guest needs to boot.
 * May use {@code libc}.
 */
package dev.cloude.vmm.kvm;
