package dev.cloude.runtime.job;

/**
 * The platform could not run a job: the program is not to blame. The message is a sentence for the
 * client: what failed, the value, what to do.
 */
public class PlatformException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why; stable, for metrics and tests. */
  public enum Code {
    KERNEL_MISSING,
    IMAGE_MISSING,
    NETWORK_FAILED,
    DRIVER_UNAVAILABLE,
    VM_START_FAILED,
    AGENT_SILENT,
    GUEST_POWERED_OFF,
    GUEST_REBOOTED,
    GUEST_PANICKED,
    GUEST_CRASHED,
    /** The agent said something that its protocol does not allow. */
    AGENT_PROTOCOL,
    /** The agent could not run the program. */
    AGENT_FAILED,
    EXECUTION_DEADLINE,
    INTERRUPTED,
    INTERNAL
  }

  private final Code code;

  public PlatformException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public PlatformException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
