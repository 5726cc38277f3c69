package dev.cloude.runtime.config;

import java.time.Duration;

/**
 * What happens to finished jobs.
 *
 * @param retention how long a job is kept after its end ({@code JOB_RETENTION_SECS})
 */
public record JobSettings(Duration retention) {

  /** Reads and checks the jobs' settings. */
  public static JobSettings from(Settings settings) {
    return new JobSettings(
        Duration.ofSeconds(settings.number("JOB_RETENTION_SECS", 300, 1, 31_536_000)));
  }
}
