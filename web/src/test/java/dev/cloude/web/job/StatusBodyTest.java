package dev.cloude.web.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.cloude.api.JobStatus;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobView;
import dev.cloude.runtime.job.ExecutionResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusBodyTest {
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private static JobView view(
      JobState state, Optional<ExecutionResult> result, Optional<String> failure) {
    return new JobView(
        "42",
        state,
        result,
        failure,
        CREATED,
        state == JobState.PENDING ? Optional.empty() : Optional.of(CREATED.plusMillis(12)),
        state.isFinal() ? Optional.of(CREATED.plusSeconds(1)) : Optional.empty());
  }

  private static JobStatus done(byte[] stdout, boolean timedOut, boolean truncated, int exitCode) {
    ExecutionResult result =
        new ExecutionResult(
            exitCode,
            stdout,
            "warning\n".getBytes(StandardCharsets.UTF_8),
            timedOut,
            truncated,
            false,
            new ExecutionResult.Timings(
                Duration.ofNanos(1_234_000),
                Duration.ofMillis(2),
                Duration.ZERO,
                Duration.ofMillis(4)));
    return StatusBody.of(view(JobState.DONE, Optional.of(result), Optional.empty()));
  }

  @Test
  void nothingIsKnownBeforeTheEnd() {
    assertThat(StatusBody.of(view(JobState.PENDING, Optional.empty(), Optional.empty())))
        .isEqualTo(new JobStatus("42", "pending", null, null, null, null, null, null, null, null));
    assertThat(StatusBody.of(view(JobState.RUNNING, Optional.empty(), Optional.empty())))
        .isEqualTo(new JobStatus("42", "running", null, null, null, null, null, null, null, null));
  }

  @Test
  void aPlatformFailureIsAnErrorWithItsReason() {
    assertThat(
            StatusBody.of(view(JobState.ERROR, Optional.empty(), Optional.of("No kernel at /k."))))
        .isEqualTo(
            new JobStatus(
                "42", "error", null, null, "No kernel at /k.", null, null, null, null, null));
  }

  @Test
  void aProgramThatRanIsDoneWhateverItsExitCode() {
    JobStatus status = done("héllo\n".getBytes(StandardCharsets.UTF_8), false, false, 7);

    assertThat(status.status()).isEqualTo("done");
    assertThat(status.exitCode()).isEqualTo(7);
    assertThat(status.stdout()).isEqualTo("héllo\n");
    assertThat(status.stderr()).isEqualTo("warning\n");
    assertThat(status.stdoutBase64()).isNull();
    assertThat(status.stderrBase64()).isNull();
    assertThat(status.timedOut()).isNull();
    assertThat(status.truncated()).isNull();
  }

  @Test
  void bytesThatAreNotTextComeTwice() {
    byte[] bytes = {'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x82};

    JobStatus status = done(bytes, false, false, 0);

    assertThat(status.stdout()).isEqualTo("a\ufffdb\ufffd");
    assertThat(Base64.getDecoder().decode(status.stdoutBase64())).isEqualTo(bytes);
    assertThat(status.stderrBase64()).isNull();
  }

  @Test
  void aRealReplacementCharacterIsText() {
    assertThat(done("\ufffd".getBytes(StandardCharsets.UTF_8), false, false, 0).stdoutBase64())
        .isNull();
  }

  @Test
  void limitsThatWereReachedAreMarked() {
    JobStatus status = done(new byte[0], true, true, 124);

    assertThat(status.status()).isEqualTo("done");
    assertThat(status.exitCode()).isEqualTo(124);
    assertThat(status.timedOut()).isTrue();
    assertThat(status.truncated()).isTrue();
  }

  @Test
  void timingsComeInTheOrderOfThePhases() {
    assertThat(done(new byte[0], false, false, 0).timingsMs())
        .containsExactly(
            entry("queued", 12.0),
            entry("vm_created", 1.234),
            entry("agent_ready", 2.0),
            entry("compile", 0.0),
            entry("run", 4.0));
  }
}
