package dev.cloude.web.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.CompileResult;
import dev.cloude.ejb.job.JobPage;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobSummary;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.PhaseTimings;
import dev.cloude.ejb.job.Receipt;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.web.json.ApiJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JobsTest {
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private static JobSummary summary(JobState state, Optional<Verdict> verdict) {
    return new JobSummary(
        "42",
        "python",
        Optional.of("^3"),
        state,
        verdict,
        1,
        Map.of("team", "blue"),
        CREATED,
        Optional.empty(),
        Optional.empty());
  }

  private static StreamResult stream(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new StreamResult(bytes, bytes.length, false);
  }

  private static JobResult result() {
    CompileResult compile =
        new CompileResult(
            OptionalInt.of(0),
            OptionalInt.empty(),
            Optional.empty(),
            stream(""),
            stream("warning\n"),
            Duration.ofMillis(5),
            Optional.of(Duration.ofNanos(4_000_500)),
            OptionalLong.of(1000));
    Limits limits =
        new Limits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Optional.of(Duration.ofSeconds(2)),
            OptionalLong.empty(),
            OptionalInt.of(64),
            1024,
            OptionalLong.empty(),
            OptionalLong.of(1 << 20));
    return new JobResult(
        Verdict.OUTPUT_LIMIT,
        OptionalInt.of(137),
        OptionalInt.of(9),
        Optional.of(ReachedLimit.FILE_SIZE),
        new StreamResult(new byte[] {'a', (byte) 0xff}, 9000, true),
        stream("<b>"),
        Optional.of(compile),
        Optional.of(Duration.ofMillis(3)),
        Optional.of(Duration.ofMillis(4)),
        OptionalLong.of(5),
        Optional.of(Duration.ofMillis(6)),
        new PhaseTimings(
            Optional.of(Duration.ofMillis(1)),
            Optional.of(Duration.ofNanos(1_234_567)),
            Optional.of(Duration.ofMillis(2)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Duration.ofMillis(4)),
            Optional.empty()),
        Optional.of(
            new Receipt(
                Optional.of("aa"),
                Optional.empty(),
                "bb",
                limits,
                NetworkPolicy.NAT,
                2,
                512,
                Map.of("driver", "kvm"))),
        Optional.of("It wrote too much."));
  }

  @Test
  void aJobThatWaitsHasNoResult() {
    assertThat(
            ApiJson.line(
                Jobs.of(
                    new JobView(
                        summary(JobState.QUEUED, Optional.empty()), false, Optional.empty()))))
        .isEqualTo(
            "{\"id\":\"42\",\"language\":\"python\",\"version\":\"^3\",\"state\":\"queued\","
                + "\"attempt\":1,\"labels\":{\"team\":\"blue\"},"
                + "\"created_at\":\"2026-01-01T00:00:00Z\",\"cancel_requested\":false,"
                + "\"links\":{\"self\":\"/api/v1/jobs/42\",\"events\":\"/api/v1/jobs/42/events\","
                + "\"stdout\":\"/api/v1/jobs/42/output/stdout\","
                + "\"stderr\":\"/api/v1/jobs/42/output/stderr\"}}");
  }

  @Test
  void aFinishedJobHasAllOfItsResult() {
    String json =
        ApiJson.line(
            Jobs.of(
                    new JobView(
                        summary(JobState.FINISHED, Optional.of(Verdict.OUTPUT_LIMIT)),
                        true,
                        Optional.of(result())))
                .result());

    assertThat(json)
        .isEqualTo(
            "{\"verdict\":\"output_limit\",\"exit_code\":137,\"signal\":9,\"limit\":\"file_size\","
                + "\"stdout\":{\"text\":\"a\ufffd\",\"base64\":\"Yf8=\",\"total_bytes\":9000,"
                + "\"truncated\":true},"
                + "\"stderr\":{\"text\":\"\\u003Cb\\u003E\",\"total_bytes\":3,\"truncated\":false},"
                + "\"compile\":{\"exit_code\":0,"
                + "\"stdout\":{\"text\":\"\",\"total_bytes\":0,\"truncated\":false},"
                + "\"stderr\":{\"text\":\"warning\\n\",\"total_bytes\":8,\"truncated\":false},"
                + "\"wall_ms\":5.0,\"cpu_ms\":4.0,\"peak_memory_bytes\":1000},"
                + "\"cpu_ms\":3.0,\"wall_ms\":4.0,\"peak_memory_bytes\":5,\"lateness_ms\":6.0,"
                + "\"timings_ms\":{\"queued\":1.0,\"vm_created\":1.234,\"kernel\":2.0,\"run\":4.0},"
                + "\"receipt\":{\"kernel_sha256\":\"aa\",\"source_sha256\":\"bb\","
                + "\"limits\":{\"compile_wall_ms\":30000,\"run_wall_ms\":5000,\"cpu_ms\":2000,"
                + "\"processes\":64,\"output_bytes\":1024,\"disk_bytes\":1048576},"
                + "\"network\":\"nat\",\"vcpus\":2,\"memory_mib\":512,"
                + "\"versions\":{\"driver\":\"kvm\"}},\"failure\":\"It wrote too much.\"}");
  }

  @Test
  void aListShowsNoResultsAndSaysHowItGoesOn() {
    JobSummary job = summary(JobState.FINISHED, Optional.of(Verdict.ACCEPTED));

    String json = ApiJson.line(Jobs.of(new JobPage(List.of(job), Optional.of("next"))));

    assertThat(json)
        .contains("\"verdict\":\"accepted\"", "\"next_cursor\":\"next\"")
        .doesNotContain("result", "cancel_requested");
    assertThat(ApiJson.line(Jobs.of(new JobPage(List.of(), Optional.empty()))))
        .isEqualTo("{\"jobs\":[]}");
  }
}
