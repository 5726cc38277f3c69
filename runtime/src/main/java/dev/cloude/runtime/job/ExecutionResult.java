package dev.cloude.runtime.job;

import java.time.Duration;

/**
 * How a program ended. The platform did its part; the exit code may be anything.
 *
 * @param exitCode the program's own; 128 + n when signal n killed it; 124 at its time limit
 * @param stdout what it wrote, at most the output limit; a failing compiler's output included
 * @param stderr as {@code stdout}
 * @param timedOut killed at its time limit
 * @param stdoutTruncated more was written than {@code stdout} holds
 * @param stderrTruncated more was written than {@code stderr} holds
 * @param timings where the time went
 */
public record ExecutionResult(
    int exitCode,
    byte[] stdout,
    byte[] stderr,
    boolean timedOut,
    boolean stdoutTruncated,
    boolean stderrTruncated,
    Timings timings) {

  /**
   * Wall time of each phase as the host saw it.
   *
   * @param vmCreated from the request for a VM to its first instruction (or QEMU's start)
   * @param agentReady from there to the agent's first answer
   * @param compile zero for languages that are not compiled
   * @param run the program itself, as the agent measured it
   */
  public record Timings(Duration vmCreated, Duration agentReady, Duration compile, Duration run) {}
}
