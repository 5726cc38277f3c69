package dev.cloude.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Host HOST =
      new Host("Some CPU", 2, 4096, "6.1.0", "/dev/kvm runs 64-bit guests.", "A JVM 17", 0.5);

  private final Metric met =
      Metric.lower("port exit", "µs", List.of(3.0, 1.0, 2.0, 2.5)).withTarget(2.5).withPeer(1.75);
  private final Metric missed = Metric.lower("threads", "", List.of(3.0)).withTarget(2);
  private final Metric plain = Metric.lower("descriptors", "", List.of(7.0));
  private final Report report = new Report("exits", HOST, List.of(met, missed, plain));

  @Test
  void jsonHasTheFieldsOfTheContract() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report.json());

    assertThat(json.fieldNames()).toIterable().containsExactly("benchmark", "host", "metrics");
    assertThat(json.path("benchmark").asText()).isEqualTo("exits");
    assertThat(json.path("host").path("cores").asInt()).isEqualTo(2);
    assertThat(json.path("host").path("cpu").asText()).isEqualTo("Some CPU");
    JsonNode first = json.path("metrics").path(0);
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("name", "value", "unit", "target", "better", "peer", "interval", "runs");
    assertThat(first.path("value").asDouble()).isEqualTo(2.25);
    assertThat(first.path("unit").asText()).isEqualTo("µs");
    assertThat(first.path("target").asDouble()).isEqualTo(2.5);
    assertThat(first.path("better").asText()).isEqualTo("lower");
    assertThat(first.path("peer").asDouble()).isEqualTo(1.75);
    assertThat(first.path("runs")).hasSize(4);
  }

  @Test
  void whatIsMissingIsNullInJson() throws Exception {
    JsonNode last = new ObjectMapper().readTree(report.json()).path("metrics").path(2);
    assertThat(last.path("target").isNull()).isTrue();
    assertThat(last.path("peer").isNull()).isTrue();
  }

  @Test
  void theTableIsAlignedAndSaysWhichTargetIsMissed() {
    assertThat(report.text().lines().skip(2))
        .containsExactly(
            "metric       median  unit  peer   target  met  runs  spread  95 %",
            "port exit      2.25  µs    1.75  <= 2.50  yes     4    56 %",
            "threads           3                 <= 2  NO      1",
            "descriptors       7                               1");
  }

  @Test
  void theTextBeginsWithTheHost() {
    assertThat(report.text())
        .startsWith(
            "exits: Some CPU, 2 cores, 4096 MiB, Linux 6.1.0, A JVM 17; load 0.5;"
                + " /dev/kvm runs 64-bit guests.\n");
  }

  @Test
  void moreIsBetterTurnsTheTargetRound() {
    assertThat(speed(5).verdict()).isEqualTo(Metric.Verdict.MET);
    assertThat(speed(3).verdict()).isEqualTo(Metric.Verdict.MISSED);
    assertThat(plain.verdict()).isEqualTo(Metric.Verdict.NONE);
  }

  private static Metric speed(double value) {
    return new Metric("speed", value, "MB/s", 4.0, Better.HIGHER, null, null, List.of(value));
  }

  @Test
  void anIntervalDecidesOnlyWhenTheTargetIsOutside() {
    Metric metric =
        Metric.lower("cost", "µs", List.of(1.0, 1.0, 1.25, 1.5, 1.5, 1.5)).withInterval();

    assertThat(metric.withTarget(1.75).verdict()).isEqualTo(Metric.Verdict.MET);
    assertThat(metric.withTarget(1.25).verdict()).isEqualTo(Metric.Verdict.UNDECIDED);
    assertThat(metric.withTarget(0.75).verdict()).isEqualTo(Metric.Verdict.MISSED);
    assertThat(new Report("exits", report.host(), List.of(metric.withTarget(1.25))).text())
        .endsWith("cost      1.38  µs          <= 1.25  undecided     6    36 %  1 to 1.50\n");
  }

  @Test
  void numbersHaveTheDigitsThatMatter() {
    assertThat(
            List.of(0.0, 12.0, 0.04567, 1.2345, 12.345, 123.45, -0.5).stream().map(Table::number))
        .containsExactly("0", "12", "0.046", "1.23", "12.3", "123", "-0.500");
  }
}
