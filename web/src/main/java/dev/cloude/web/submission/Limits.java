package dev.cloude.web.submission;

import dev.cloude.api.v1.LimitsBody;
import dev.cloude.ejb.job.LimitRequest;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.web.problem.Quoted;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a job may take, as the engine wants it; the engine checks it against the node's ceilings.
 */
final class Limits {
  private Limits() {}

  static LimitRequest of(LimitsBody limits) {
    if (limits == null) {
      return LimitRequest.DEFAULTS;
    }
    return new LimitRequest(
        millis(limits.compileWallMs()),
        millis(limits.runWallMs()),
        millis(limits.cpuMs()),
        number(limits.memoryBytes()),
        number(limits.processes()),
        number(limits.outputBytes()),
        number(limits.fileSizeBytes()),
        number(limits.diskBytes()));
  }

  static Optional<NetworkPolicy> network(String field, String name) {
    if (name == null) {
      return Optional.empty();
    }
    for (NetworkPolicy policy : NetworkPolicy.values()) {
      if (wireName(policy).equals(name)) {
        return Optional.of(policy);
      }
    }
    String all =
        Arrays.stream(NetworkPolicy.values())
            .map(Limits::wireName)
            .collect(Collectors.joining(", "));
    throw Texts.bad(field, "is %s; it must be one of %s".formatted(Quoted.of(name), all));
  }

  static OptionalInt number(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static OptionalLong number(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static Optional<Duration> millis(Long value) {
    return Optional.ofNullable(value).map(Duration::ofMillis);
  }

  private static String wireName(NetworkPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }
}
