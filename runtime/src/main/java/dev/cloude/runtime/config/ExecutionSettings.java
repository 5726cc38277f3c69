package dev.cloude.runtime.config;

import java.time.Duration;

/**
 * What one execution may take.
 *
 * @param compileTimeout wall time for the compiler, in the guest ({@code
 *     AGENT_COMPILE_TIMEOUT_SECS}; as {@code runTimeout} when not set)
 * @param runTimeout wall time for the program, in the guest ({@code AGENT_EXEC_TIMEOUT_SECS})
 */
public record ExecutionSettings(Duration compileTimeout, Duration runTimeout) {
  /** Most bytes that are kept of each output stream. */
  public static final int OUTPUT_LIMIT_BYTES = 1 << 20;

  /**
   * What the host waits beyond the guest's own limits before it gives up on the agent: the upload,
   * the kill of everything the program left behind, and the delivery of the output.
   */
  public static final Duration GRACE = Duration.ofSeconds(15);

  /** Reads and checks the limits. */
  public static ExecutionSettings from(Settings settings) {
    int run = settings.number("AGENT_EXEC_TIMEOUT_SECS", 30, 1, 3600);
    int compile = settings.number("AGENT_COMPILE_TIMEOUT_SECS", run, 1, 3600);
    return new ExecutionSettings(Duration.ofSeconds(compile), Duration.ofSeconds(run));
  }

  /**
   * The host's own deadline, which holds whatever the guest does.
   *
   * @param compiles whether the language has a compiler
   */
  public Duration hostDeadline(boolean compiles) {
    Duration guest = compiles ? runTimeout.plus(compileTimeout) : runTimeout;
    return guest.plus(GRACE);
  }
}
