package dev.cloude.ejb.engine;

import java.time.Duration;
import org.eclipse.microprofile.config.Config;

/**
 * How many jobs run and how long they are kept.
 *
 * @param maxConcurrent VMs at the same time, 1 to {@value #MOST_CONCURRENT}
 * @param retention how long a job can be read after its end, 1 second to 366 days
 */
public record EngineConfig(int maxConcurrent, Duration retention) {
  static final int MOST_CONCURRENT = 1000;

  private static final int DEFAULT_CONCURRENT = 4;
  private static final int DEFAULT_RETENTION_SECS = 300;
  private static final int MOST_RETENTION_SECS = 366 * 24 * 3600;

  /**
   * Reads {@code VM_MAX_CONCURRENT} (default 4) and {@code JOB_RETENTION_SECS} (default 300).
   *
   * @throws IllegalArgumentException naming the setting, its value and its range
   */
  public static EngineConfig from(Config config) {
    return new EngineConfig(
        number(config, "VM_MAX_CONCURRENT", DEFAULT_CONCURRENT, MOST_CONCURRENT),
        Duration.ofSeconds(
            number(config, "JOB_RETENTION_SECS", DEFAULT_RETENTION_SECS, MOST_RETENTION_SECS)));
  }

  private static int number(Config config, String name, int fallback, int most) {
    String text = config.getOptionalValue(name, String.class).map(String::strip).orElse("");
    if (text.isEmpty()) {
      return fallback;
    }
    int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s is \"%s\"; it must be a whole number from 1 to %d.".formatted(name, text, most));
    }
    return value;
  }
}
