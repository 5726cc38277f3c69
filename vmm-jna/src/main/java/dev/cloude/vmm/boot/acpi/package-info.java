/**
 * ACPI tables as bytes: the few that a hardware-reduced machine needs, and the AML that names its
 * devices. Knows no guest memory and no address of its own; uses nothing.
 */
package dev.cloude.vmm.boot.acpi;
