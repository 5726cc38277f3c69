package dev.cloude.vmm.fuzz;

import dev.cloude.vmm.bus.BusDevice;

/** Holds a device, and the bus in front of it, to the contract of {@link BusDevice}. */
public final class CheckedDevice implements BusDevice {
  private final BusDevice device;
  private final long size;

  /**
   * @param size bytes of the device's window
   */
  public CheckedDevice(BusDevice device, long size) {
    this.device = device;
    this.size = size;
  }

  @Override
  public long read(long offset, int width) {
    checkAccess(offset, width);
    long value = device.read(offset, width);
    if (width < 8 && value >>> (8 * width) != 0) {
      throw new AssertionError(
          String.format("A read of %d bytes at 0x%x gave 0x%x.", width, offset, value));
    }
    return value;
  }

  @Override
  public void write(long offset, int width, long value) {
    checkAccess(offset, width);
    device.write(offset, width, value);
  }

  private void checkAccess(long offset, int width) {
    if (offset < 0 || offset > size - width) {
      throw new AssertionError(
          String.format("An access of %d bytes at 0x%x left its window.", width, offset));
    }
  }
}
