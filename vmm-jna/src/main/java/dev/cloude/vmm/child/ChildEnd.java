package dev.cloude.vmm.child;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.VmExit;

/** Tells from what is known about a process why its VM ended. */
final class ChildEnd {
  // HotSpot's os::exit for -XX:+ExitOnOutOfMemoryError.
  private static final int OUT_OF_MEMORY = 3;
  // Process.exitValue() for a process that a signal ended.
  private static final int SIGNAL = 128;

  private ChildEnd() {}

  /**
   * @param told what the child said; null when it did not
   * @param violation what it said wrong; null when nothing
   * @param killed whether it was killed from here
   * @param overrun whether the kernel killed it for its memory
   */
  static VmExit of(
      VmExit told, String violation, boolean killed, boolean overrun, int exitValue, long process) {
    if (told != null) {
      return told;
    }
    if (violation != null) {
      return died(process, "sent " + violation + ", and was killed");
    }
    if (killed) {
      return new VmExit(ExitCause.KILLED, "The VM was killed.");
    }
    if (overrun) {
      return died(process, "took more memory than its control group has, and was killed");
    }
    if (exitValue == OUT_OF_MEMORY) {
      return died(process, "ran out of Java memory");
    }
    return died(
        process,
        exitValue > SIGNAL
            ? "was ended by signal " + (exitValue - SIGNAL)
            : "ended with exit code " + exitValue);
  }

  private static VmExit died(long process, String how) {
    return new VmExit(ExitCause.PROCESS_DIED, "The VM's process " + process + " " + how + ".");
  }
}
