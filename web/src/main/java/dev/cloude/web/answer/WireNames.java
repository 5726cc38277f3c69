package dev.cloude.web.answer;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** How values look on the wire. */
final class WireNames {
  private WireNames() {}

  /** {@code FILE_SIZE} is {@code file_size}. */
  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Milliseconds with three decimals; null when there is none. */
  static Double millis(Optional<Duration> duration) {
    return duration.map(WireNames::millis).orElse(null);
  }

  static double millis(Duration duration) {
    return duration.toNanos() / 1000 / 1000.0;
  }
}
