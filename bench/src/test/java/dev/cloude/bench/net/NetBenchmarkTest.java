package dev.cloude.bench.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cloude.bench.report.Metric;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NetBenchmarkTest {
  private static final double MIB = 1 << 20;

  private final List<String> order = new ArrayList<>();

  @Test
  void eachPathIsHeldAgainstThePeersOfTheSameRound() {
    Map<String, Metric> metrics =
        new NetBenchmark(
                meter("user", new Sample(70 * MIB, 50 * MIB, 200_000)),
                meter("vhost", new Sample(96 * MIB, 110 * MIB, 90_000)),
                meter("qemu", new Sample(100 * MIB, 100 * MIB, 100_000)),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
            .measure().stream().collect(Collectors.toMap(Metric::name, Function.identity()));

    assertRatio(metrics, "own path: stream to the guest", 0.7, Metric.Verdict.MET);
    assertRatio(metrics, "own path: stream to the host", 0.5, Metric.Verdict.MISSED);
    assertRatio(metrics, "vhost: stream to the guest", 0.96, Metric.Verdict.MET);
    assertRatio(metrics, "vhost: stream to the host", 1.1, Metric.Verdict.MET);
    assertRatio(metrics, "own path: datagram there and back", 2, Metric.Verdict.NONE);
    assertRatio(metrics, "vhost: datagram there and back", 0.9, Metric.Verdict.NONE);
    Metric stream = metrics.get("vhost: stream to the guest");
    assertThat(stream.value()).isCloseTo(96, within(1e-9));
    assertThat(stream.peer()).isCloseTo(100, within(1e-9));
    assertThat(metrics.get("own path: datagram there and back").value())
        .isCloseTo(200, within(1e-9));
    assertThat(metrics.values())
        .allSatisfy(m -> assertThat(m.runs()).hasSizeGreaterThanOrEqualTo(10));
    for (int i = 0; i < order.size(); i += 3) {
      // The warm-up tells how long the streams are.
      long bytes = i == 0 ? 4 << 20 : 64 << 20;
      assertThat(order.subList(i, i + 3))
          .containsExactly("user" + bytes, "vhost" + bytes, "qemu" + bytes);
    }
  }

  @Test
  void theSlowestStreamTakesAboutASecond() {
    assertThat(NetBenchmark.streamBytes(List.of(new Sample(3 * MIB, 90 * MIB, 1))))
        .isEqualTo(4 << 20);
    assertThat(NetBenchmark.streamBytes(List.of(new Sample(900 * MIB, 60 * MIB, 1))))
        .isEqualTo(64 << 20);
    assertThat(NetBenchmark.streamBytes(List.of(new Sample(9000 * MIB, 9000 * MIB, 1))))
        .isEqualTo(1 << 30);
  }

  @Test
  void guestsDifferOnlyInTheirAddresses() throws Exception {
    assertThat(guest(2).commandLine())
        .contains("8250.nr_uarts=0", "cloude.ip=10.99.8.2/24", "cloude.gw=10.99.8.1")
        .isEqualTo(guest(3).commandLine().replace("10.99.8.3", "10.99.8.2"));
    assertThat(guest(2).mac()).isNotEqualTo(guest(3).mac());
  }

  private static void assertRatio(
      Map<String, Metric> metrics, String name, double value, Metric.Verdict verdict) {
    Metric ratio = metrics.get(name + ", of QEMU's");
    assertThat(ratio.value()).as(name).isCloseTo(value, within(1e-9));
    assertThat(ratio.verdict()).as(name).isEqualTo(verdict);
  }

  private Meter meter(String name, Sample sample) {
    return bytes -> {
      order.add(name + bytes);
      return sample;
    };
  }

  private static NetGuest guest(int last) throws Exception {
    return new NetGuest(
        Path.of("vmlinuz"),
        Path.of("net-probe.cpio"),
        "tap" + last,
        (Inet4Address) InetAddress.getByName("10.99.8.1"),
        (Inet4Address) InetAddress.getByName("10.99.8." + last));
  }
}
