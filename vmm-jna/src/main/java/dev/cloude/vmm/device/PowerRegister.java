package dev.cloude.vmm.device;

import dev.cloude.vmm.bus.BusDevice;

/**
 * Sleep control, sleep status and reset registers of hardware-reduced ACPI (ACPI 6.5, sections
 * 4.8.3.7 and 4.8.3.6): one byte each, in this order.
 */
public final class PowerRegister implements BusDevice {
  /** Ports covered. */
  public static final int PORTS = 3;

  private static final int CONTROL = 0;
  private static final int RESET = 2;
  private static final int SLEEP_ENABLE = 1 << 5;
  private static final int SLEEP_TYPE_SHIFT = 2;
  private static final int SLEEP_TYPE_MASK = 7;

  private final int sleepTypeOff;
  private final int resetValue;
  private final Runnable powerOff;
  private final Runnable reset;

  /**
   * @param sleepTypeOff the type that the ACPI object {@code _S5} names
   * @param resetValue the value that the ACPI FADT names
   */
  public PowerRegister(int sleepTypeOff, int resetValue, Runnable powerOff, Runnable reset) {
    this.sleepTypeOff = sleepTypeOff;
    this.resetValue = resetValue;
    this.powerOff = powerOff;
    this.reset = reset;
  }

  /** Nothing to tell: the machine never wakes from a sleep. */
  @Override
  public long read(long offset, int width) {
    return 0;
  }

  @Override
  public void write(long offset, int width, long value) {
    if (offset == CONTROL
        && (value & SLEEP_ENABLE) != 0
        && (value >> SLEEP_TYPE_SHIFT & SLEEP_TYPE_MASK) == sleepTypeOff) {
      powerOff.run();
    } else if (offset == RESET && value == resetValue) {
      reset.run();
    }
  }
}
