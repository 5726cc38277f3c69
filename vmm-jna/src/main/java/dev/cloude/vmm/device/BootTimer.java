package dev.cloude.vmm.device;

import dev.cloude.vmm.bus.BusDevice;

/**
 * Lets a guest say that it has reached user space: a write of 123 to the window's first byte, as in
 * Firecracker's measurements. Later writes are ignored.
 */
public final class BootTimer implements BusDevice {
  /** The value that counts. */
  public static final int REACHED = 123;

  private final Runnable reached;
  private boolean done;

  /**
   * @param reached called once
   */
  public BootTimer(Runnable reached) {
    this.reached = reached;
  }

  @Override
  public long read(long offset, int width) {
    return 0;
  }

  @Override
  public synchronized void write(long offset, int width, long value) {
    if (offset == 0 && (value & 0xff) == REACHED && !done) {
      done = true;
      reached.run();
    }
  }
}
