package dev.cloude.bench.exits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.cloude.bench.report.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitsBenchmarkTest {
  private static final int COUNT_OFFSET = 121;

  @TempDir Path folder;

  private final List<String> order = new ArrayList<>();

  @Test
  void setUpCancelsAndTheDifferenceIsJavaMinusC() {
    List<Metric> metrics =
        benchmark(machine("java", 900_000, 7_000), machine("c", 100_000, 6_500)).measure();

    assertThat(metrics.get(0).value()).isCloseTo(7, within(1e-9));
    assertThat(metrics.get(0).peer()).isCloseTo(6.5, within(1e-9));
    assertThat(metrics.get(1).value()).isCloseTo(6.5, within(1e-9));
    assertThat(metrics.get(2).value()).isCloseTo(0.5, within(1e-9));
    assertThat(metrics.get(2).target()).isEqualTo(0.5);
    assertThat(metrics.get(3).value())
        .as("the clock ran twice as fast")
        .isCloseTo(14, within(1e-9));
    assertThat(metrics.get(3).peer()).isCloseTo(13, within(1e-9));
    assertThat(metrics.get(2).interval().width()).isCloseTo(0, within(1e-9));
    assertThat(metrics).allSatisfy(m -> assertThat(m.runs()).hasSizeGreaterThanOrEqualTo(10));
  }

  @Test
  void bothTakeTurnsOnceJavaIsWarm() {
    benchmark(machine("java", 0, 1_000), machine("c", 0, 1_000)).measure();

    List<String> measured = order.subList(order.indexOf("c") - 1, order.size());
    for (int i = 0; i + 8 <= measured.size(); i += 8) {
      assertThat(measured.subList(i, i + 8))
          .containsExactly("java", "c", "java", "c", "java", "c", "c", "java");
    }
    assertThat(order.indexOf("c")).as("warm-up runs").isGreaterThan(5);
  }

  @Test
  void aSlopeNeedsTwoDifferentRuns() {
    Cost one = new Cost(10, 5, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.cpuMicrosBeyond(one))
        .withMessageContaining("10");
  }

  @Test
  void thePeersLineIsRead() {
    assertThat(ProgramRunner.parse("20001 168185156 493877876\n"))
        .isEqualTo(new Cost(20001, 168185156, 493877876));
    assertThatIllegalStateException()
        .isThrownBy(() -> ProgramRunner.parse("exits: KVM_RUN failed"))
        .withMessageContaining("KVM_RUN failed");
  }

  @Test
  void aPeerThatFailsIsQuoted() throws Exception {
    Path peer = folder.resolve("peer");
    Files.writeString(peer, "#!/bin/sh\necho exits: no luck with $1 >&2\nexit 1\n");
    assertThat(peer.toFile().setExecutable(true)).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> new ProgramRunner(peer).run(Path.of("guest")))
        .withMessageContaining("exit code 1")
        .withMessageContaining("no luck with guest");
  }

  private ExitsBenchmark benchmark(GuestRunner java, GuestRunner c) {
    PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new ExitsBenchmark(java, c, folder, quiet);
  }

  // A machine of known cost: reads the number of exits out of the guest's first instruction.
  private GuestRunner machine(String name, long setUpNanos, long exitNanos) {
    return guest -> {
      order.add(name);
      int exits = count(guest);
      long cpu = setUpNanos + exits * exitNanos;
      return new Cost(exits, cpu, 2 * cpu);
    };
  }

  private static int count(Path guest) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(guest))
          .order(ByteOrder.LITTLE_ENDIAN)
          .getInt(COUNT_OFFSET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
