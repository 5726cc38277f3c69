/**
 * The devices of the old PC that a guest needs: serial port, i8042, power register; and the boot
 * timer. Each calls back through a plain functional interface; none knows KVM, memory or threads.
 * May use {@code bus} and {@code limit}.
 */
package dev.cloude.vmm.device;
