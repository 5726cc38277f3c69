package dev.cloude.runtime.agent;

import java.time.Duration;

/**
 * How an execution ended, as its agent says.
 *
 * @param exitCode 0 to 255
 * @param stdout at most the request's limit; a failing compiler's output included
 * @param stderr as {@code stdout}
 * @param timedOut killed at its time limit
 * @param stdoutTruncated more was written
 * @param stderrTruncated more was written
 * @param compile wall time of the compiler
 * @param run wall time of the program
 */
public record AgentResult(
    int exitCode,
    byte[] stdout,
    byte[] stderr,
    boolean timedOut,
    boolean stdoutTruncated,
    boolean stderrTruncated,
    Duration compile,
    Duration run) {}
