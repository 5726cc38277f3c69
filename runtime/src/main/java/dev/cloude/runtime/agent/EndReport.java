package dev.cloude.runtime.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.runtime.agent.AgentException.Code;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The last frame: how the execution ended. Every value was checked.
 *
 * @param exitCode 0 to 255
 * @param timedOut killed at its time limit
 * @param compiling whether the compiler ended it, not the program
 * @param stdoutTruncated more was written than was sent
 * @param stderrTruncated as {@code stdoutTruncated}
 * @param compile wall time of the compiler, as the guest says
 * @param run wall time of the program, as the guest says
 * @param error why the agent could not run the program at all
 */
record EndReport(
    int exitCode,
    boolean timedOut,
    boolean compiling,
    boolean stdoutTruncated,
    boolean stderrTruncated,
    Duration compile,
    Duration run,
    Optional<String> error) {
  private static final JsonMapper JSON = new JsonMapper();

  /** A guest's clock may say anything; a day is more than any limit. */
  private static final double MOST_MILLIS = Duration.ofDays(1).toMillis();

  static EndReport parse(byte[] json) throws AgentException {
    JsonNode report;
    try {
      report = JSON.readTree(json);
    } catch (IOException e) {
      throw new AgentException(Code.PROTOCOL, "the agent's last frame is not JSON", e);
    }
    JsonNode error = report.path("error");
    return new EndReport(
        exitCode(report),
        report.path("timed_out").asBoolean(),
        report.path("phase").asText().equals("compile"),
        report.path("stdout_truncated").asBoolean(),
        report.path("stderr_truncated").asBoolean(),
        millis(report, "compile_ms"),
        millis(report, "run_ms"),
        error.isTextual() ? Optional.of(GuestText.printable(error.textValue())) : Optional.empty());
  }

  private static int exitCode(JsonNode report) throws AgentException {
    JsonNode code = report.path("exit_code");
    if (!code.isIntegralNumber() || !code.canConvertToInt() || (code.intValue() & ~0xff) != 0) {
      throw new AgentException(
          Code.PROTOCOL, "the agent's last frame has no exit code from 0 to 255");
    }
    return code.intValue();
  }

  private static Duration millis(JsonNode report, String field) {
    double millis = report.path(field).asDouble();
    return millis > 0 && millis <= MOST_MILLIS
        ? Duration.ofNanos((long) (millis * 1e6))
        : Duration.ZERO;
  }
}
