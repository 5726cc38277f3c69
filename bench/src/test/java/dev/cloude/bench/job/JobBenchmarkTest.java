package dev.cloude.bench.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.bench.report.Metric;
import dev.cloude.runtime.job.OutputStreamName;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JobBenchmarkTest {
  private static final long MS = 1_000_000;

  private final List<String> order = new ArrayList<>();

  @Test
  void everyPhaseStandsBesideWhatItWas() {
    Map<String, JobRunner> after = new LinkedHashMap<>();
    after.put("defaults", runner("defaults", 1));
    after.put("tuned kernel", runner("tuned", 2));
    Map<String, Metric> metrics =
        new JobBenchmark(
                runner("before", 10),
                after,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
            .measure().stream().collect(Collectors.toMap(Metric::name, Function.identity()));

    assertThat(metrics).hasSize(16);
    assertThat(metrics.get("defaults: begin to result"))
        .returns(21.0, Metric::value)
        .returns(210.0, Metric::peer);
    assertThat(metrics.get("tuned kernel: kernel"))
        .returns(6.0, Metric::value)
        .returns(30.0, Metric::peer);
    assertThat(metrics.get("tuned kernel: afterwards: VM gone").value()).isEqualTo(14);
    assertThat(metrics.values()).allSatisfy(metric -> assertThat(metric.runs()).hasSize(10));
    for (int i = 0; i < order.size(); i += 3) {
      assertThat(order.subList(i, i + 3)).containsExactly("before", "defaults", "tuned");
    }
  }

  @Test
  void thePartsOfAJobAreItsWhole() {
    JobClock clock = new JobClock();
    clock.starting();
    clock.started();
    clock.kernelStarted(Duration.ofNanos(5));
    clock.agentReady(Duration.ofNanos(9));
    clock.output(OutputStreamName.STDOUT, "hel".getBytes(StandardCharsets.UTF_8));
    clock.output(OutputStreamName.STDOUT, "lo".getBytes(StandardCharsets.UTF_8));
    long ended = System.nanoTime();
    JobTimes times = clock.times(ended, ended + 7);

    assertThat(clock.output()).isEqualTo("hello");
    assertThat(times.kernel()).isEqualTo(5);
    assertThat(times.cleanup()).isEqualTo(7);
    assertThat(times.total()).isPositive();
    assertThat(times.attach()).isNotNegative();
    assertThat(times.start()).isNotNegative();
    assertThat(times.program()).isNotNegative();
    assertThat(times.result()).isNotNegative();
  }

  private JobRunner runner(String name, long factor) {
    long unit = factor * MS;
    return () -> {
      order.add(name);
      return new JobTimes(unit, 2 * unit, 3 * unit, 4 * unit, 5 * unit, 6 * unit, 7 * unit);
    };
  }
}
