/**
 * The drivers that run VMs with our own monitor ({@code dev.cloude.vmm}), in this process or in one
 * for each VM, through its public doors only.
 */
package dev.cloude.runtime.driver.kvm;
