package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the server with QEMU's VMs, in a network namespace of the test's own: besides
 * the jobs it looks for what the VMs were made of.
 */
@Tag("crash-vms")
class VmCrashTest {
  private static final int ROUNDS = Integer.getInteger("cloude.crash.rounds", 6);
  private static final long SEED = Long.getLong("cloude.crash.seed", System.nanoTime());

  @TempDir private Path folder;

  @Test
  void nothingOfAVmOutlivesItsServerForLong() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    CrashRounds.Subject subject =
        new CrashRounds.Subject(
            home,
            Path.of(System.getProperty("cloude.war")),
            Map.of("VM_MAX_CONCURRENT", "2"),
            "/health/ready",
            Duration.ofSeconds(20),
            true);

    try (CrashRounds rounds = new CrashRounds(SEED, subject, 2, 2, VmCrashTest::program)) {
      for (int i = 0; i < ROUNDS; i++) {
        rounds.kill();
      }
      try (PayaraProcess server = rounds.last()) {
        Awaitility.await("no process and no device of a VM")
            .atMost(Duration.ofSeconds(60))
            .until(() -> Leftovers.now().count() == waitingTaps(server));
        assertThat(Leftovers.now().processes()).isEmpty();
        assertThat(server.stop()).isTrue();
      }
      int again = 0;
      for (String id : rounds.ledger.ids().values()) {
        Ledger.End end = rounds.ledger.end(id).orElseThrow(() -> new AssertionError(id + " lost"));
        assertThat(end.attempt()).isBetween(1, 2);
        assertThat(end.verdict())
            .isIn("accepted", end.attempt() == 2 ? "platform_error" : "accepted");
        again += end.attempt() > 1 ? 1 : 0;
      }
      System.out.printf(
          "crash-vms: seed %d; kills %s; %d ids given, %d of them begun again and say so,"
              + " 0 lost; %d processes and devices outlived their server until the next start; 0"
              + " processes, devices and leases left%n",
          SEED, rounds.kills(), rounds.ledger.ids().size(), again, rounds.outlived());
      assertThat(rounds.ledger.surprises()).as("surprises").isEmpty();
      assertThat(Leftovers.now()).matches(Leftovers::isEmpty);
    }
  }

  /** Devices that this server has made ahead of its jobs, by its own count. */
  private static int waitingTaps(PayaraProcess server) throws Exception {
    return server
        .get("/api/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("cloude_prepared_taps "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
        .findFirst()
        .orElseThrow();
  }

  private static String program(String name, Random random) {
    return "import time\nprint('%s', flush=True)\ntime.sleep(%d)\n"
        .formatted(name, random.nextInt(6));
  }
}
