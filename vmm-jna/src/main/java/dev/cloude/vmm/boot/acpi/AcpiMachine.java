package dev.cloude.vmm.boot.acpi;

import java.util.List;

/**
 * What the tables have to tell.
 *
 * @param vcpus processors, with APIC ids from 0 on
 * @param serial COM1: eight ports
 * @param keyboard the i8042: its data port, and its command port four above
 * @param virtio virtio-mmio windows, in the order in which the guest is to find them
 */
public record AcpiMachine(
    int vcpus,
    long localApic,
    long ioApic,
    Ports ports,
    Legacy serial,
    Legacy keyboard,
    List<Window> virtio) {
  /** Sleep type that powers the machine off: what {@code _S5} names. */
  public static final int SLEEP_TYPE_S5 = 5;

  /** Value that resets the machine when written to the reset port. */
  public static final int RESET_VALUE = 1;

  /** Ports of the power register, one byte each. */
  public record Ports(int sleepControl, int sleepStatus, int reset) {}

  /** A device of the old PC. */
  public record Legacy(int port, int gsi) {}

  /** A memory-mapped device. */
  public record Window(long base, long size, int gsi) {}
}
