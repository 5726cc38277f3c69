package dev.cloude.api;

import java.util.Map;

/**
 * Answer to {@code GET /status/{id}}. On the wire the names are in snake case ({@code exit_code},
 * {@code stdout_base64}). The first five are always written, null until known; each of the others
 * is left out when it is null.
 *
 * @param id the job's UUID
 * @param status one of {@link #PENDING}, {@link #RUNNING}, {@link #DONE}, {@link #ERROR}
 * @param exitCode the program's own; 128 + n when signal n killed it; 124 at its time limit
 * @param stdout the program's output as text, U+FFFD for what is not UTF-8
 * @param stderr its error output, as {@code stdout}; the reason when the status is {@code error}
 * @param stdoutBase64 the bytes, only when they are not UTF-8
 * @param stderrBase64 as {@code stdoutBase64}
 * @param truncated true when a stream reached its limit
 * @param timedOut true when the program was killed at its time limit
 * @param timingsMs milliseconds by phase, in the order in which the phases ran
 */
public record JobStatus(
    String id,
    String status,
    Integer exitCode,
    String stdout,
    String stderr,
    String stdoutBase64,
    String stderrBase64,
    Boolean truncated,
    Boolean timedOut,
    Map<String, Double> timingsMs) {

  /** Accepted, not started yet. */
  public static final String PENDING = "pending";

  /** A VM is being made for it, or it runs. */
  public static final String RUNNING = "running";

  /** The program ran; its exit code may be anything. */
  public static final String DONE = "done";

  /** The platform failed; {@code stderr} says why. */
  public static final String ERROR = "error";

  /** Whether nothing about the job changes any more. */
  public boolean finished() {
    return DONE.equals(status) || ERROR.equals(status);
  }
}
