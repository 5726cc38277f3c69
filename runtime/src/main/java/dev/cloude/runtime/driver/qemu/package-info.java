/**
 * The driver that runs each VM in a {@code qemu-system-x86_64} process: the fallback where /dev/kvm
 * cannot run guests, and the second opinion where it can. Starts processes and talks QMP with them;
 * uses no native code.
 */
package dev.cloude.runtime.driver.qemu;
