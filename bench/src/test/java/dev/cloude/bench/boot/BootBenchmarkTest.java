package dev.cloude.bench.boot;

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
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BootBenchmarkTest {
  private final List<String> order = new ArrayList<>();

  @Test
  void eachPartIsTheMedianAndRatiosAreOfNeighbours() throws Exception {
    Map<String, Metric> metrics =
        new BootBenchmark(
                booter(
                    "ours",
                    new Boot(0, 5_000_000, 10_000_000, 20_000_000, 600_000_000, 800_000_000, 0)),
                booter("ahead", new Boot(0, 0, 0, 5_000_000, 600_000_000, 795_000_000, 0)),
                booter("qemu", new Boot(100_000_000, 0, 0, 1_000_000, 0, 900_000_000, 0)),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
            .measure(guest()).stream().collect(Collectors.toMap(Metric::name, Function.identity()));

    assertThat(metrics.get("stock, memory: start to agent ready").value())
        .isCloseTo(820, within(1e-9));
    assertThat(metrics.get("stock, memory: start to agent ready").peer())
        .isCloseTo(1001, within(1e-9));
    assertThat(metrics.get("stock, memory: start to agent ready, of QEMU's").value())
        .isCloseTo(820.0 / 1001, within(1e-9));
    assertThat(metrics.get("stock, memory: first instruction to agent ready, of QEMU's").value())
        .isCloseTo(8.0 / 9, within(1e-9));
    assertThat(metrics.get("stock, memory: then to the first instruction").value())
        .isCloseTo(20, within(1e-9));
    assertThat(metrics.get("stock, memory: made ahead: start to the first instruction"))
        .returns(5.0, Metric::value)
        .returns(Metric.Verdict.MET, Metric::verdict);
    assertThat(metrics.get("stock, memory: made ahead: start to agent ready, of QEMU's").value())
        .isCloseTo(800.0 / 1001, within(1e-9));
    assertThat(metrics.get("stock, memory: first instruction to user space").value())
        .isCloseTo(600, within(1e-9));
    assertThat(metrics.get("stock, memory: of it: kernel and image").value())
        .isCloseTo(10, within(1e-9));
    assertThat(metrics.get("stock, memory: serial bytes").verdict()).isEqualTo(Metric.Verdict.MET);
    assertThat(metrics.values())
        .allSatisfy(m -> assertThat(m.runs()).hasSizeGreaterThanOrEqualTo(10));
    List<String> measured = order.subList(3, order.size());
    for (int i = 0; i < measured.size(); i += 3) {
      assertThat(measured.subList(i, i + 3)).containsExactly("ours", "ahead", "qemu");
    }
  }

  @Test
  void theGuestHasNoConsoleAndKnowsItsAddress() throws Exception {
    assertThat(guest().commandLine())
        .contains("8250.nr_uarts=0", "cloude.ip=10.99.8.2/24", "cloude.gw=10.99.8.1")
        .doesNotContain("console=");
  }

  private Booter booter(String name, Boot boot) {
    return guest -> {
      order.add(name);
      return boot;
    };
  }

  private static Guest guest() throws Exception {
    return new Guest(
        "stock, memory",
        Path.of("vmlinuz"),
        Path.of("python.cpio"),
        Optional.empty(),
        "tap",
        (Inet4Address) InetAddress.getByName("10.99.8.1"),
        (Inet4Address) InetAddress.getByName("10.99.8.2"));
  }
}
