package dev.cloude.vmm.libc;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.OptionalLong;

/**
 * The processor's time stamp counter, whose rate an emulated guest must be told and which no file
 * of the system names. It is read by a function of four instructions in a page of its own.
 */
public final class TimeStampCounter {
  private static final int PAGE = 4096;
  private static final int PROT_EXEC = 4;

  /** rdtsc; shl rdx, 32; or rax, rdx; ret. */
  private static final byte[] READ = {
    0x0f, 0x31, 0x48, (byte) 0xc1, (byte) 0xe2, 0x20, 0x48, 0x09, (byte) 0xd0, (byte) 0xc3
  };

  private static final long SPAN_NANOS = 20_000_000;

  /** Of so many readings, one at least is not torn apart by the scheduler on a busy host. */
  private static final int READINGS = 100;

  /** A counter that is slower or faster was misread. */
  private static final long MIN_KHZ = 100_000;

  private static final long MAX_KHZ = 20_000_000;

  private TimeStampCounter() {}

  /**
   * Measures the counter against the system's clock, in some 20 ms and to better than 0.1 %, also
   * on a busy host. Empty on processors that are not x86-64, and where the system allows no such
   * page.
   *
   * @return counts per millisecond
   */
  public static OptionalLong measureKhz() {
    if (!"amd64".equals(System.getProperty("os.arch"))) {
      return OptionalLong.empty();
    }
    try {
      long page =
          LibC.mmap(
              PAGE, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
      try {
        LibC.view(page, PAGE).put(0, READ);
        LibC.mprotect(page, PAGE, LibC.PROT_READ | PROT_EXEC);
        return measure(Function.getFunction(new Pointer(page)));
      } finally {
        LibC.munmap(page, PAGE);
      }
    } catch (ErrnoException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong measure(Function counter) {
    Reading start = read(counter);
    while (System.nanoTime() - start.nanos < SPAN_NANOS) {
      Thread.onSpinWait();
    }
    Reading end = read(counter);
    long khz = Math.round((end.count - start.count) * 1e6 / (end.nanos - start.nanos));
    return khz >= MIN_KHZ && khz <= MAX_KHZ ? OptionalLong.of(khz) : OptionalLong.empty();
  }

  /** The reading for which the clock is known best. */
  private static Reading read(Function counter) {
    Reading best = null;
    for (int i = 0; i < READINGS; i++) {
      long before = System.nanoTime();
      long count = counter.invokeLong(new Object[0]);
      long after = System.nanoTime();
      if (best == null || after - before < best.window) {
        best = new Reading(count, before + (after - before) / 2, after - before);
      }
    }
    return best;
  }

  private record Reading(long count, long nanos, long window) {}
}
