package dev.cloude.web.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.cloude.api.JobStatus;
import dev.cloude.ejb.job.CompileResult;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobSummary;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.PhaseTimings;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.ejb.job.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusBodyTest {
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private static JobView view(JobState state, Optional<JobResult> result) {
    Optional<Instant> started =
        state == JobState.QUEUED ? Optional.empty() : Optional.of(CREATED.plusMillis(12));
    Optional<Instant> finished =
        state.isFinal() ? Optional.of(CREATED.plusSeconds(1)) : Optional.empty();
    JobSummary summary =
        new JobSummary(
            "42",
            "python",
            Optional.empty(),
            state,
            result.map(JobResult::verdict),
            1,
            Map.of(),
            CREATED,
            started,
            finished);
    return new JobView(summary, false, result);
  }

  private static JobResult result(
      Verdict verdict, Integer exitCode, StreamResult stdout, CompileResult compile) {
    return new JobResult(
        verdict,
        exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode),
        OptionalInt.empty(),
        Optional.empty(),
        stdout,
        stream("warning\n"),
        Optional.ofNullable(compile),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        new PhaseTimings(
            Optional.of(Duration.ofMillis(12)),
            Optional.of(Duration.ofNanos(1_234_000)),
            Optional.empty(),
            Optional.of(Duration.ofMillis(2)),
            Optional.empty(),
            Optional.of(Duration.ofMillis(4)),
            Optional.empty()),
        Optional.empty(),
        verdict.isAboutTheProgram() ? Optional.empty() : Optional.of("No kernel at /k."));
  }

  private static StreamResult stream(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new StreamResult(bytes, bytes.length, false);
  }

  private static JobStatus done(byte[] stdout) {
    JobResult result =
        result(Verdict.ACCEPTED, 0, new StreamResult(stdout, stdout.length, false), null);
    return StatusBody.of(view(JobState.FINISHED, Optional.of(result)));
  }

  @Test
  void nothingIsKnownBeforeTheEnd() {
    assertThat(StatusBody.of(view(JobState.QUEUED, Optional.empty())))
        .isEqualTo(new JobStatus("42", "pending", null, null, null, null, null, null, null, null));
  }

  @ParameterizedTest
  @EnumSource(names = {"BOOTING", "COMPILING", "RUNNING"})
  void aJobThatANodeHoldsIsRunning(JobState state) {
    assertThat(StatusBody.of(view(state, Optional.empty())))
        .isEqualTo(new JobStatus("42", "running", null, null, null, null, null, null, null, null));
  }

  @ParameterizedTest
  @EnumSource(names = {"PLATFORM_ERROR", "GUEST_CRASHED", "CANCELLED"})
  void whatIsNotAboutTheProgramIsAnErrorWithItsReason(Verdict verdict) {
    JobResult result = result(verdict, null, StreamResult.EMPTY, null);

    assertThat(StatusBody.of(view(JobState.FINISHED, Optional.of(result))))
        .isEqualTo(
            new JobStatus(
                "42", "error", null, null, "No kernel at /k.", null, null, null, null, null));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PLATFORM_ERROR", "GUEST_CRASHED", "CANCELLED"})
  void aProgramThatRanIsDoneWhateverBecameOfIt(Verdict verdict) {
    JobResult result = result(verdict, 7, stream("héllo\n"), null);

    JobStatus status = StatusBody.of(view(JobState.FINISHED, Optional.of(result)));

    assertThat(status.status()).isEqualTo("done");
    assertThat(status.exitCode()).isEqualTo(7);
    assertThat(status.stdout()).isEqualTo("héllo\n");
    assertThat(status.stderr()).isEqualTo("warning\n");
    assertThat(status.stdoutBase64()).isNull();
    assertThat(status.stderrBase64()).isNull();
    assertThat(status.truncated()).isNull();
  }

  @Test
  void aRefusedSourceShowsWhatTheCompilerSaid() {
    CompileResult compile =
        new CompileResult(
            OptionalInt.of(1),
            OptionalInt.empty(),
            Optional.empty(),
            stream("main.c\n"),
            stream("1: syntax error\n"),
            Duration.ofMillis(5),
            Optional.empty(),
            OptionalLong.empty());
    JobResult result = result(Verdict.COMPILE_ERROR, null, StreamResult.EMPTY, compile);

    JobStatus status = StatusBody.of(view(JobState.FINISHED, Optional.of(result)));

    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.stdout()).isEqualTo("main.c\n");
    assertThat(status.stderr()).isEqualTo("1: syntax error\n");
  }

  @Test
  void bytesThatAreNotTextComeTwice() {
    byte[] bytes = {'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x82};

    JobStatus status = done(bytes);

    assertThat(status.stdout()).isEqualTo("a\ufffdb\ufffd");
    assertThat(Base64.getDecoder().decode(status.stdoutBase64())).isEqualTo(bytes);
    assertThat(status.stderrBase64()).isNull();
  }

  @Test
  void aRealReplacementCharacterIsText() {
    assertThat(done("\ufffd".getBytes(StandardCharsets.UTF_8)).stdoutBase64()).isNull();
  }

  @Test
  void limitsThatWereReachedAreMarked() {
    JobResult result =
        result(Verdict.TIME_LIMIT, null, new StreamResult(new byte[0], 9, true), null);

    JobStatus status = StatusBody.of(view(JobState.FINISHED, Optional.of(result)));

    assertThat(status.status()).isEqualTo("done");
    assertThat(status.exitCode()).isEqualTo(124);
    assertThat(status.timedOut()).isTrue();
    assertThat(status.truncated()).isTrue();
  }

  @Test
  void timingsComeInTheOrderOfThePhases() {
    assertThat(done(new byte[0]).timingsMs())
        .containsExactly(
            entry("queued", 12.0),
            entry("vm_created", 1.234),
            entry("agent_ready", 2.0),
            entry("compile", 0.0),
            entry("run", 4.0));
  }
}
