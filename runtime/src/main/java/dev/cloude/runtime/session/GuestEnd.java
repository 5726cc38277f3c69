package dev.cloude.runtime.session;

import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.util.regex.Pattern;

/** Says why a job failed whose VM ended before it. */
final class GuestEnd {
  /** As the kernel's mm/oom_kill.c says it. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile("(?i)out of memory|deadlocked on memory");

  private GuestEnd() {}

  /**
   * @param when the end of a sentence: "before its agent answered"
   */
  static PlatformException toException(VmExit exit, String when) {
    switch (exit.cause()) {
      case POWERED_OFF:
        return said(Code.GUEST_POWERED_OFF, "The guest switched itself off", when, exit);
      case REBOOTED:
        return said(Code.GUEST_REBOOTED, "The guest restarted itself", when, exit);
      case PANICKED:
        if (OUT_OF_MEMORY.matcher(exit.detail()).find()) {
          return said(
              Code.GUEST_OUT_OF_MEMORY, "The guest's kernel had no memory left", when, exit);
        }
        return said(Code.GUEST_PANICKED, "The guest's kernel panicked", when, exit);
      case STOPPED:
        return said(Code.INTERRUPTED, "The VM was stopped", when, exit);
      case CRASHED:
        return said(Code.GUEST_CRASHED, "The guest crashed", when, exit);
      default:
        return said(Code.GUEST_CRASHED, "The VM failed", when, exit);
    }
  }

  private static PlatformException said(Code code, String what, String when, VmExit exit) {
    String detail = exit.detail().isEmpty() ? "" : ": " + exit.detail();
    return new PlatformException(code, what + " " + when + detail + ".");
  }
}
