package dev.cloude.vmm.bus;

/**
 * What a guest sees in a window of ports or addresses. Called by any vCPU thread, so a device
 * guards its own state; it must not block and must answer every offset and width.
 */
public interface BusDevice {
  /**
   * @param offset from the start of the device's window; offset + width lies inside it
   * @param width 1, 2, 4 or 8 bytes
   * @return the value in the lowest {@code width} bytes; higher bytes are ignored
   */
  long read(long offset, int width);

  /**
   * @param offset from the start of the device's window; offset + width lies inside it
   * @param width 1, 2, 4 or 8 bytes
   * @param value zero-extended
   */
  void write(long offset, int width, long value);
}
