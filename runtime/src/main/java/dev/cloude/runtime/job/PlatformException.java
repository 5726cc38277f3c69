package dev.cloude.runtime.job;

import java.time.Duration;
import java.util.Optional;

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
    /** The guest's kernel gave up because it had no memory left. */
    GUEST_OUT_OF_MEMORY,
    /** The agent said something that its protocol does not allow. */
    AGENT_PROTOCOL,
    /** The agent refused to run the program. */
    AGENT_FAILED,
    /** The agent ended, or forgot the execution, after it had begun. */
    AGENT_GONE,
    /** The host's own deadline was reached. */
    EXECUTION_DEADLINE,
    INTERRUPTED,
    INTERNAL
  }

  private final Code code;
  private final Duration lateness;

  public PlatformException(Code code, String message) {
    this(code, message, null);
  }

  public PlatformException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.lateness = null;
  }

  private PlatformException(String message, Duration lateness) {
    super(message);
    this.code = Code.EXECUTION_DEADLINE;
    this.lateness = lateness;
  }

  /**
   * The host's own deadline was reached.
   *
   * @param lateness from the deadline until that was noticed
   */
  public static PlatformException deadline(String message, Duration lateness) {
    return new PlatformException(message, lateness);
  }

  public Code code() {
    return code;
  }

  /** How late the host was; present for {@link Code#EXECUTION_DEADLINE}. */
  public Optional<Duration> lateness() {
    return Optional.ofNullable(lateness);
  }
}
