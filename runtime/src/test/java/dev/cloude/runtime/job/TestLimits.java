package dev.cloude.runtime.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Limits for tests. */
public final class TestLimits {
  private TestLimits() {}

  /** Wall time and output only. */
  public static Limits of(Duration compile, Duration run, int outputBytes) {
    return new Limits(
        compile,
        run,
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        outputBytes,
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** Everything is limited. */
  public static Limits every() {
    return new Limits(
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        Optional.of(Duration.ofMillis(1500)),
        OptionalLong.of(64 << 20),
        OptionalInt.of(10),
        1000,
        OptionalLong.of(4096),
        OptionalLong.of(8192));
  }
}
