package dev.cloude.ejb.job;

import dev.cloude.runtime.job.ExecutionResult;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** The columns of a job that hold an {@link ExecutionResult}; null or false until there is one. */
@Embeddable
public class JobOutcome {
  @Column(name = "exit_code")
  private Integer exitCode;

  @Column(name = "stdout")
  private byte[] stdout;

  @Column(name = "stderr")
  private byte[] stderr;

  @Column(name = "stdout_truncated")
  private boolean stdoutTruncated;

  @Column(name = "stderr_truncated")
  private boolean stderrTruncated;

  @Column(name = "timed_out")
  private boolean timedOut;

  @Column(name = "vm_created_micros")
  private Long vmCreatedMicros;

  @Column(name = "agent_ready_micros")
  private Long agentReadyMicros;

  @Column(name = "compile_micros")
  private Long compileMicros;

  @Column(name = "run_micros")
  private Long runMicros;

  protected JobOutcome() {}

  JobOutcome(ExecutionResult result) {
    exitCode = result.exitCode();
    stdout = result.stdout();
    stderr = result.stderr();
    stdoutTruncated = result.stdoutTruncated();
    stderrTruncated = result.stderrTruncated();
    timedOut = result.timedOut();
    vmCreatedMicros = micros(result.timings().vmCreated());
    agentReadyMicros = micros(result.timings().agentReady());
    compileMicros = micros(result.timings().compile());
    runMicros = micros(result.timings().run());
  }

  ExecutionResult result() {
    return new ExecutionResult(
        exitCode,
        stdout,
        stderr,
        timedOut,
        stdoutTruncated,
        stderrTruncated,
        new ExecutionResult.Timings(
            duration(vmCreatedMicros),
            duration(agentReadyMicros),
            duration(compileMicros),
            duration(runMicros)));
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }

  private static Duration duration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
