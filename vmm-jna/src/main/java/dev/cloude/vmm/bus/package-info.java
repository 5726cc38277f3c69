/**
 * Routes port and memory-mapped accesses to a device by offset. Knows no device and no KVM; uses
 * nothing.
 */
package dev.cloude.vmm.bus;
