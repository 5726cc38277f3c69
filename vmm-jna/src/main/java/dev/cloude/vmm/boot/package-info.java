/**
 * What a guest finds at its first instruction: kernel and initramfs in RAM, command line, memory
 * map, page tables, ACPI tables, registers. {@link dev.cloude.vmm.boot.GuestLayout} holds every
 * guest address. Knows no device beyond its address and interrupt. May use {@code memory} and
 * {@code kvm}.
 */
package dev.cloude.vmm.boot;
