package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NetworkPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitCheckTest {

  @Test
  void whoAsksForNothingGetsTheDefaults() throws Exception {
    AcceptedJob job = check(NetworkPolicy.NONE, LimitRequest.DEFAULTS, null, OptionalInt.empty());

    assertThat(job.limits()).isEqualTo(TestJobs.LIMITS.defaults());
    assertThat(job.network()).isEqualTo(NetworkPolicy.NONE);
    assertThat(job.vcpus()).isEqualTo(1);
  }

  @Test
  void everyWishWithinTheCeilingsIsGranted() throws Exception {
    LimitRequest all =
        new LimitRequest(
            Optional.of(Duration.ofSeconds(300)),
            Optional.of(Duration.ofMillis(10)),
            Optional.of(Duration.ofSeconds(1)),
            OptionalLong.of(2048L << 20),
            OptionalInt.of(1),
            OptionalInt.of(1),
            OptionalLong.of(1),
            OptionalLong.of(1024L << 20));

    AcceptedJob job = check(NetworkPolicy.NAT, all, NetworkPolicy.NONE, OptionalInt.of(4));

    assertThat(job.limits().compileWall()).hasSeconds(300);
    assertThat(job.limits().runWall()).hasMillis(10);
    assertThat(job.limits().cpu()).contains(Duration.ofSeconds(1));
    assertThat(job.limits().memoryBytes()).hasValue(2048L << 20);
    assertThat(job.limits().processes()).hasValue(1);
    assertThat(job.limits().outputBytes()).isEqualTo(1);
    assertThat(job.limits().fileSizeBytes()).hasValue(1);
    assertThat(job.limits().diskBytes()).hasValue(1024L << 20);
    assertThat(job.network()).isEqualTo(NetworkPolicy.NONE);
    assertThat(job.vcpus()).isEqualTo(4);
  }

  @Test
  void aLanguagesDefaultsComeBeforeTheNodes() throws Exception {
    NewJob job = TestJobs.of("", "x");
    Map<String, Long> every =
        Map.of(
            "compile_wall_ms", 60_000L,
            "run_wall_ms", 40_000L,
            "cpu_ms", 3L,
            "memory_bytes", 4L << 20,
            "processes", 5L,
            "output_bytes", 6L,
            "file_size_bytes", 7L,
            "disk_bytes", 8L);

    assertThat(check(NetworkPolicy.NONE, job, every).limits())
        .isEqualTo(
            new Limits(
                Duration.ofSeconds(60),
                Duration.ofSeconds(40),
                Optional.of(Duration.ofMillis(3)),
                OptionalLong.of(4L << 20),
                OptionalInt.of(5),
                6,
                OptionalLong.of(7),
                OptionalLong.of(8)));
  }

  @Test
  void aLanguageGetsNoMoreThanTheNodeAllows() throws Exception {
    Map<String, Long> tooMuch = Map.of("compile_wall_ms", Long.MAX_VALUE);

    Limits limits = check(NetworkPolicy.NONE, TestJobs.of("", "x"), tooMuch).limits();

    assertThat(limits.compileWall()).isEqualTo(TestJobs.LIMITS.ceilings().compileWall());
    assertThat(limits.runWall()).isEqualTo(TestJobs.LIMITS.defaults().runWall());
  }

  static Stream<Arguments> tooMuch() {
    return Stream.of(
        Arguments.of(
            time(Duration.ofMillis(300_001)), "limits.run_wall_ms is 300001, but must be from 10"),
        Arguments.of(time(Duration.ofMillis(9)), "limits.run_wall_ms is 9, but"),
        Arguments.of(time(Duration.ofMillis(-1)), "limits.run_wall_ms is -1, but"),
        Arguments.of(time(Duration.ofSeconds(Long.MAX_VALUE)), "to 300000."),
        Arguments.of(memory((2048L << 20) + 1), "limits.memory_bytes is 2147483649, but"),
        Arguments.of(
            memory(0), "limits.memory_bytes is 0, but must be from 1048576 to 2147483648"));
  }

  @ParameterizedTest
  @MethodSource("tooMuch")
  void whatIsBeyondTheCeilingIsRefusedWithBothNumbers(LimitRequest wish, String words) {
    assertThatThrownBy(() -> check(NetworkPolicy.NONE, wish, null, OptionalInt.empty()))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining(words);
  }

  @Test
  void networkAndProcessorsHaveCeilingsToo() {
    assertThatThrownBy(
            () ->
                check(
                    NetworkPolicy.NONE,
                    LimitRequest.DEFAULTS,
                    NetworkPolicy.NAT,
                    OptionalInt.empty()))
        .hasMessage("network is nat, but must be from none to none.");
    assertThatThrownBy(
            () -> check(NetworkPolicy.NONE, LimitRequest.DEFAULTS, null, OptionalInt.of(5)))
        .hasMessage("vcpus is 5, but must be from 1 to 4.");
  }

  private static LimitRequest time(Duration run) {
    LimitRequest none = LimitRequest.DEFAULTS;
    return new LimitRequest(
        none.compileWall(),
        Optional.of(run),
        none.cpu(),
        none.memoryBytes(),
        none.processes(),
        none.outputBytes(),
        none.fileSizeBytes(),
        none.diskBytes());
  }

  private static LimitRequest memory(long bytes) {
    LimitRequest none = LimitRequest.DEFAULTS;
    return new LimitRequest(
        none.compileWall(),
        none.runWall(),
        none.cpu(),
        OptionalLong.of(bytes),
        none.processes(),
        none.outputBytes(),
        none.fileSizeBytes(),
        none.diskBytes());
  }

  private static AcceptedJob check(
      NetworkPolicy most, LimitRequest limits, NetworkPolicy network, OptionalInt vcpus)
      throws LimitExceededException {
    NewJob job =
        TestJobs.wanting(TestJobs.of("", "x"), limits, Optional.ofNullable(network), vcpus);
    return check(most, job, Map.of());
  }

  private static AcceptedJob check(NetworkPolicy most, NewJob job, Map<String, Long> ofLanguage)
      throws LimitExceededException {
    Ipv4Range range = Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), 24);
    return new LimitCheck(TestJobs.LIMITS, new NetworkSettings("br", range, most, 0))
        .accept(job, ofLanguage);
  }
}
