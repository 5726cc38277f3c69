package dev.cloude.runtime.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.runtime.agent.AgentException.Code;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.ProcessEnd;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.runtime.job.StreamTotal;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The last frame: how the execution ended. Every value was checked; what cannot be is left out, but
 * for the exit code, without which there is no end.
 *
 * @param compile present when a compiler ran
 * @param program present unless the compiler ended it
 * @param totals as the agent counted them; without the streams of which it says nothing
 * @param error why the agent could not run the program, or why not to its end
 */
record EndReport(
    Optional<ProcessEnd> compile,
    Optional<ProcessEnd> program,
    Map<OutputStreamName, StreamTotal> totals,
    Optional<String> error) {
  private static final JsonMapper JSON = new JsonMapper();

  /** A guest's clock may say anything; a day is more than any limit. */
  private static final double MOST_MILLIS = Duration.ofDays(1).toMillis();

  /** More than any guest has or writes: 2^53, which numbers in JSON carry without loss. */
  private static final long MOST_BYTES = 1L << 53;

  /** SIGRTMAX on Linux. */
  private static final int MOST_SIGNAL = 64;

  static EndReport parse(byte[] json) throws AgentException {
    JsonNode report;
    try {
      report = JSON.readTree(json);
    } catch (IOException e) {
      throw new AgentException(Code.PROTOCOL, "the agent's last frame is not JSON", e);
    }
    int exitCode = exitCode(report);
    boolean compiling = report.path("phase").asText().equals("compile");
    Optional<ProcessEnd> compile =
        compiling ? Optional.of(ended(report, exitCode, "compile_")) : compiled(report);
    JsonNode error = report.path("error");
    return new EndReport(
        compile,
        compiling ? Optional.empty() : Optional.of(ended(report, exitCode, "")),
        totals(report, compiling),
        error.isTextual() ? Optional.of(GuestText.printable(error.textValue())) : Optional.empty());
  }

  /** What ended last: {@code signal}, {@code limit} and {@code timed_out} are about it. */
  private static ProcessEnd ended(JsonNode report, int exitCode, String prefix) {
    Optional<ReachedLimit> limit = limit(report.path("limit"));
    if (limit.isEmpty() && report.path("timed_out").asBoolean()) {
      limit = Optional.of(ReachedLimit.WALL);
    }
    return new ProcessEnd(
        exitCode,
        signal(report.path("signal")),
        limit.isPresent() ? limit : limit(report.path(prefix + "limit")),
        millis(report, prefix.isEmpty() ? "run_ms" : "compile_ms").orElse(Duration.ZERO),
        millis(report, prefix + "cpu_ms"),
        bytes(report, prefix + "peak_memory_bytes"));
  }

  /** A compiler that succeeded; agents that say nothing about it say how long it took. */
  private static Optional<ProcessEnd> compiled(JsonNode report) {
    Optional<Duration> wall = millis(report, "compile_ms").filter(time -> !time.isZero());
    JsonNode code = report.path("compile_exit_code");
    boolean said = isExitCode(code);
    if (wall.isEmpty() && !said) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessEnd(
            said ? code.intValue() : 0,
            signal(report.path("compile_signal")),
            limit(report.path("compile_limit")),
            wall.orElse(Duration.ZERO),
            millis(report, "compile_cpu_ms"),
            bytes(report, "compile_peak_memory_bytes")));
  }

  private static Map<OutputStreamName, StreamTotal> totals(JsonNode report, boolean compiling) {
    Map<OutputStreamName, StreamTotal> totals = new EnumMap<>(OutputStreamName.class);
    for (OutputStreamName stream : OutputStreamName.values()) {
      String name = stream.name().toLowerCase(Locale.ROOT);
      String plain = name.replace("compile_", "");
      boolean ofProgram = name.equals(plain);
      if (ofProgram && compiling) {
        // Without a prefix, the compiler's are meant: the program did not run.
        continue;
      }
      boolean truncated =
          report.path(name + "_truncated").asBoolean()
              || compiling && report.path(plain + "_truncated").asBoolean();
      totals.put(stream, new StreamTotal(bytes(report, name + "_bytes").orElse(0), truncated));
    }
    return totals;
  }

  private static int exitCode(JsonNode report) throws AgentException {
    JsonNode code = report.path("exit_code");
    if (!isExitCode(code)) {
      throw new AgentException(
          Code.PROTOCOL, "the agent's last frame has no exit code from 0 to 255");
    }
    return code.intValue();
  }

  private static boolean isExitCode(JsonNode code) {
    return code.isIntegralNumber() && code.canConvertToInt() && (code.intValue() & ~0xff) == 0;
  }

  private static OptionalInt signal(JsonNode signal) {
    return signal.isIntegralNumber()
            && signal.canConvertToInt()
            && signal.intValue() >= 1
            && signal.intValue() <= MOST_SIGNAL
        ? OptionalInt.of(signal.intValue())
        : OptionalInt.empty();
  }

  private static Optional<ReachedLimit> limit(JsonNode limit) {
    for (ReachedLimit known : ReachedLimit.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(limit.asText())) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static OptionalLong bytes(JsonNode report, String field) {
    JsonNode bytes = report.path(field);
    return bytes.isIntegralNumber()
            && bytes.canConvertToLong()
            && bytes.longValue() >= 0
            && bytes.longValue() <= MOST_BYTES
        ? OptionalLong.of(bytes.longValue())
        : OptionalLong.empty();
  }

  private static Optional<Duration> millis(JsonNode report, String field) {
    JsonNode value = report.path(field);
    double millis = value.asDouble();
    return value.isNumber() && millis >= 0 && millis <= MOST_MILLIS
        ? Optional.of(Duration.ofNanos((long) (millis * 1e6)))
        : Optional.empty();
  }
}
