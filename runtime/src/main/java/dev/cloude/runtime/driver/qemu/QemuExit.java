package dev.cloude.runtime.driver.qemu;

import dev.cloude.runtime.driver.ConsoleTail;
import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmExit.Cause;
import java.util.Optional;

/** Makes out why a QEMU process ended. */
final class QemuExit {
  private static final int COMPLAINT_CHARS = 300;

  private QemuExit() {}

  /**
   * @param stopped whether we ended it
   * @param shutdownReason of its SHUTDOWN event, if there was one
   * @param exitCode of the process
   * @param console what the guest and QEMU printed
   */
  static VmExit of(
      boolean stopped, Optional<String> shutdownReason, int exitCode, ConsoleTail console) {
    switch (shutdownReason.orElse("")) {
      case "guest-shutdown":
        return new VmExit(Cause.POWERED_OFF, "");
      case "guest-panic":
        return new VmExit(Cause.PANICKED, console.panic().orElse(""));
      case "guest-reset":
        // A panicking kernel restarts the machine; only what it printed tells the two apart.
        return console
            .panic()
            .map(text -> new VmExit(Cause.PANICKED, text))
            .orElseGet(() -> new VmExit(Cause.REBOOTED, ""));
      default:
        return stopped
            ? new VmExit(Cause.STOPPED, "")
            : new VmExit(Cause.FAILED, died(shutdownReason, exitCode, console));
    }
  }

  private static String died(Optional<String> reason, int exitCode, ConsoleTail console) {
    String how = "QEMU ended with exit code " + exitCode;
    if (reason.isPresent()) {
      how += " (" + reason.get() + ")";
    }
    String complaint = complaint(console);
    return complaint.isEmpty() ? how : how + ": " + complaint;
  }

  /** The last line that QEMU wrote itself, or the last one at all. */
  static String complaint(ConsoleTail console) {
    String last = "";
    String own = "";
    for (String line : console.tail().split("\n")) {
      if (!line.isBlank()) {
        last = line.strip();
      }
      if (line.startsWith("qemu-system-")) {
        own = line.strip();
      }
    }
    String complaint = own.isEmpty() ? last : own;
    return complaint.substring(0, Math.min(complaint.length(), COMPLAINT_CHARS));
  }
}
