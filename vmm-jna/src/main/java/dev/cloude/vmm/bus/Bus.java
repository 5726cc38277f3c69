package dev.cloude.vmm.bus;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * One address space of devices: the ports or the memory-mapped windows. What no device claims reads
 * as all ones, as on hardware where nobody drives the lines; writes to it go nowhere. Both are
 * counted. Lookups take no lock.
 */
public final class Bus {
  private record Window(long base, long size, BusDevice device) {
    boolean holds(long address, int width) {
      // No overflow: base ≤ address, and width ≤ 8 is compared with what is left.
      return address - base < size && width <= size - (address - base);
    }
  }

  private final String name;
  // Sorted by base, replaced as a whole.
  private volatile Window[] windows = {};
  private final LongAdder unclaimed = new LongAdder();

  /**
   * @param name as it appears in errors, such as {@code port}
   */
  public Bus(String name) {
    this.name = name;
  }

  /**
   * Gives [base, base + size) to {@code device}. {@link IllegalArgumentException} when the window
   * is empty, negative, or overlaps another.
   */
  public synchronized void register(long base, long size, BusDevice device) {
    if (base < 0 || size <= 0 || base > Long.MAX_VALUE - size) {
      throw new IllegalArgumentException(
          String.format("The %s window at 0x%x of 0x%x bytes is not a range.", name, base, size));
    }
    for (Window other : windows) {
      if (base < other.base + other.size && other.base < base + size) {
        throw new IllegalArgumentException(
            String.format(
                "The %s window at 0x%x of 0x%x bytes overlaps the one at 0x%x of 0x%x bytes.",
                name, base, size, other.base, other.size));
      }
    }
    Window[] more = Arrays.copyOf(windows, windows.length + 1);
    more[windows.length] = new Window(base, size, device);
    Arrays.sort(more, (a, b) -> Long.compare(a.base, b.base));
    windows = more;
  }

  /** Reads {@code width} (1, 2, 4 or 8) bytes, zero-extended; all ones where nobody answers. */
  public long read(long address, int width) {
    Window window = find(address, width);
    if (window == null) {
      unclaimed.increment();
      return ones(width);
    }
    return window.device.read(address - window.base, width) & ones(width);
  }

  /** Writes the lowest {@code width} (1, 2, 4 or 8) bytes of {@code value}. */
  public void write(long address, int width, long value) {
    Window window = find(address, width);
    if (window == null) {
      unclaimed.increment();
    } else {
      window.device.write(address - window.base, width, value & ones(width));
    }
  }

  /** Accesses so far that no device claimed. */
  public long unclaimed() {
    return unclaimed.sum();
  }

  private static long ones(int width) {
    return -1L >>> (64 - 8 * width);
  }

  private Window find(long address, int width) {
    Window[] all = windows;
    int low = 0;
    int high = all.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Window window = all[middle];
      if (address < window.base) {
        high = middle - 1;
      } else if (window.holds(address, width)) {
        return window;
      } else {
        low = middle + 1;
      }
    }
    return null;
  }
}
