package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.job.ProcessEnd;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.runtime.job.StreamTotal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of docs/verdicts.md. */
class VerdictsTest {

  @ParameterizedTest
  @CsvSource({
    "0, , , ACCEPTED",
    "1, , , RUNTIME_ERROR",
    "139, 11, , RUNTIME_ERROR",
    "0, 9, , RUNTIME_ERROR",
    "124, 9, WALL, TIME_LIMIT",
    "137, 9, CPU, CPU_LIMIT",
    "137, 9, MEMORY, MEMORY_LIMIT",
    "1, , PROCESSES, PROCESS_LIMIT",
    "137, 9, OUTPUT, OUTPUT_LIMIT",
    "1, , DISK, DISK_LIMIT",
    "153, 25, FILE_SIZE, DISK_LIMIT"
  })
  void whatTheAgentReportsAboutTheProgram(
      int exitCode, Integer signal, ReachedLimit limit, Verdict verdict) {
    assertThat(Verdicts.of(reported(null, end(exitCode, signal, limit), null))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "1, , COMPILE_ERROR",
    "139, , COMPILE_ERROR",
    "124, WALL, COMPILE_ERROR",
    "137, MEMORY, COMPILE_ERROR",
    "137, OUTPUT, COMPILE_ERROR"
  })
  void aCompilerThatFailsEndsTheJob(int exitCode, ReachedLimit limit, Verdict verdict) {
    assertThat(Verdicts.of(reported(end(exitCode, null, limit), null, null))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    // The compiler made no program: the source's fault.
    "true, 127, RUNTIME_ERROR",
    "true, 126, RUNTIME_ERROR",
    // The image has no interpreter, or the agent failed.
    "false, 127, PLATFORM_ERROR",
    "false, 125, PLATFORM_ERROR",
    "true, 125, PLATFORM_ERROR"
  })
  void whatCouldNotBeStartedIsSomebodysFault(boolean compiled, int exitCode, Verdict verdict) {
    ProcessEnd compiler = compiled ? end(0, null, null) : null;

    assertThat(Verdicts.of(reported(compiler, end(exitCode, null, null), "no such file")))
        .isEqualTo(verdict);
  }

  @Test
  void aCompilerThatIsNotThereIsThePlatformsFault() {
    assertThat(Verdicts.of(reported(end(127, null, null), null, "no gcc")))
        .isEqualTo(Verdict.PLATFORM_ERROR);
  }

  @ParameterizedTest
  @EnumSource(OutputStreamName.class)
  void whatTheHostHadToCutWasTooMuch(OutputStreamName stream) {
    ExecutionResult result =
        new ExecutionResult(
            Optional.empty(),
            Optional.of(end(0, null, null)),
            Optional.empty(),
            Map.of(stream, new StreamTotal(9, true)));
    boolean program = stream == OutputStreamName.STDOUT || stream == OutputStreamName.STDERR;

    assertThat(
            Verdicts.of(
                new AttemptFacts(
                    Optional.of(result),
                    Optional.empty(),
                    Optional.of(ExecutionPhase.RUN),
                    false,
                    new byte[0],
                    stream == OutputStreamName.STDOUT,
                    Optional.empty())))
        .isEqualTo(program ? Verdict.OUTPUT_LIMIT : Verdict.ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource({
    "EXECUTION_DEADLINE, RUN, TIME_LIMIT",
    "EXECUTION_DEADLINE, COMPILE, COMPILE_ERROR",
    "GUEST_OUT_OF_MEMORY, RUN, MEMORY_LIMIT",
    "GUEST_OUT_OF_MEMORY, COMPILE, COMPILE_ERROR",
    "GUEST_POWERED_OFF, RUN, GUEST_CRASHED",
    "GUEST_REBOOTED, RUN, GUEST_CRASHED",
    "GUEST_PANICKED, RUN, GUEST_CRASHED",
    "GUEST_CRASHED, COMPILE, GUEST_CRASHED",
    "AGENT_GONE, RUN, GUEST_CRASHED",
    "AGENT_PROTOCOL, RUN, GUEST_CRASHED",
    "AGENT_FAILED, RUN, PLATFORM_ERROR",
    "INTERRUPTED, RUN, PLATFORM_ERROR",
    "INTERNAL, RUN, PLATFORM_ERROR"
  })
  void whatTheHostFoundOutWithoutAReport(Code code, ExecutionPhase reached, Verdict verdict) {
    assertThat(Verdicts.of(failed(code, reached, false))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void nothingIsTheProgramsFaultBeforeItBegan(Code code) {
    assertThat(Verdicts.of(failed(code, null, false))).isEqualTo(Verdict.PLATFORM_ERROR);
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void whatAClientEndedIsCancelledWhateverTheHostSaw(Code code) {
    assertThat(Verdicts.of(failed(code, ExecutionPhase.RUN, true))).isEqualTo(Verdict.CANCELLED);
  }

  @ParameterizedTest
  @CsvSource({"'42', ACCEPTED", "'42 \n\n', ACCEPTED", "'43', WRONG_ANSWER", "'', WRONG_ANSWER"})
  void aProgramThatEndedWellIsComparedWithWhatWasExpected(String expected, Verdict verdict) {
    AttemptFacts facts =
        new AttemptFacts(
            Optional.of(result(null, end(0, null, null), null)),
            Optional.empty(),
            Optional.of(ExecutionPhase.RUN),
            false,
            "42\n".getBytes(StandardCharsets.UTF_8),
            false,
            Optional.of(expected.getBytes(StandardCharsets.UTF_8)));

    assertThat(Verdicts.of(facts)).isEqualTo(verdict);
  }

  private static AttemptFacts failed(Code code, ExecutionPhase reached, boolean cancelled) {
    return new AttemptFacts(
        Optional.empty(),
        Optional.of(code),
        Optional.ofNullable(reached),
        cancelled,
        new byte[0],
        false,
        Optional.empty());
  }

  private static AttemptFacts reported(ProcessEnd compile, ProcessEnd program, String error) {
    return new AttemptFacts(
        Optional.of(result(compile, program, error)),
        Optional.empty(),
        Optional.of(ExecutionPhase.RUN),
        false,
        new byte[0],
        false,
        Optional.empty());
  }

  private static ExecutionResult result(ProcessEnd compile, ProcessEnd program, String error) {
    return new ExecutionResult(
        Optional.ofNullable(compile),
        Optional.ofNullable(program),
        Optional.ofNullable(error),
        Map.of());
  }

  private static ProcessEnd end(int exitCode, Integer signal, ReachedLimit limit) {
    return new ProcessEnd(
        exitCode,
        signal == null ? OptionalInt.empty() : OptionalInt.of(signal),
        Optional.ofNullable(limit),
        Duration.ZERO,
        Optional.empty(),
        OptionalLong.empty());
  }
}
