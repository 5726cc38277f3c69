/**
 * The driver that runs VMs in this process with our own monitor ({@code dev.cloude.vmm}), through
 * its public door only.
 */
package dev.cloude.runtime.driver.kvm;
