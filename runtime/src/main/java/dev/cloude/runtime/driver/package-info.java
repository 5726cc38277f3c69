/**
 * The port to what runs VMs. Plain values go in ({@link dev.cloude.runtime.driver.VmSpec}), events
 * come out ({@link dev.cloude.runtime.driver.VmExit}), and streams go both ways ({@link
 * dev.cloude.vmm.virtio.vsock.Vsock}), so that a VM may live in this process or in another one.
 * Which driver is used is decided here; the drivers are in the packages below. Knows no jobs, no
 * networks and no agents.
 */
package dev.cloude.runtime.driver;
