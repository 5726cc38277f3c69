package dev.cloude.web.setting;

import dev.cloude.runtime.config.Settings;
import java.time.Duration;

/**
 * What the native API lets clients do.
 *
 * @param bodyBytes most bytes of a request's body ({@code API_BODY_LIMIT_BYTES})
 * @param longestWait longest that {@code ?wait=} may ask for ({@code API_WAIT_MAX_SECS})
 * @param eventStreams most streams of events at the same time ({@code API_EVENT_STREAMS_MAX})
 */
public record ApiSettings(int bodyBytes, Duration longestWait, int eventStreams) {
  /**
   * The agent takes 16 MiB, in which file contents are in Base64, four bytes for three; what is
   * left is for arguments and environment.
   */
  private static final int MOST_BODY_BYTES = 11 << 20;

  private static final int DEFAULT_BODY_BYTES = 8 << 20;

  /** Reads and checks the settings. */
  public static ApiSettings from(Settings settings) {
    return new ApiSettings(
        settings.number("API_BODY_LIMIT_BYTES", DEFAULT_BODY_BYTES, 1024, MOST_BODY_BYTES),
        Duration.ofSeconds(settings.number("API_WAIT_MAX_SECS", 60, 1, 3600)),
        settings.number("API_EVENT_STREAMS_MAX", 256, 1, 100_000));
  }
}
