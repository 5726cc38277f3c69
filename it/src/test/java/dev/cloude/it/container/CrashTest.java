package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the server with stand-ins for VMs, whose programs note outside of it that they
 * ran: what clients were told is held against that. {@code cloude.crash.seed} repeats the choices.
 */
@Tag("crash")
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("cloude.crash.rounds", 5);
  private static final long SEED = Long.getLong("cloude.crash.seed", System.nanoTime());

  /** Of programs: most are over at once, some are likely to be hit, a few likely twice. */
  private static final int[] MILLIS = {0, 0, 0, 0, 0, 5, 5, 5, 20, 20, 50, 200, 1500, 4000};

  @TempDir private Path folder;

  @Test
  void nothingIsLostAndNothingRunsTwiceInSilence() throws Exception {
    Path war = folder.resolve("cloude.war");
    TestArchive.withScriptedGuests().as(ZipExporter.class).exportTo(war.toFile());
    Path home = Files.createDirectories(folder.resolve("home"));
    Path record = Files.createFile(folder.resolve("record"));
    CrashRounds.Subject subject =
        new CrashRounds.Subject(
            home,
            war,
            Map.of(ScriptedGuestSessions.RECORD, record.toString(), "VM_MAX_CONCURRENT", "8"),
            "/",
            Duration.ofSeconds(6),
            false);

    try (CrashRounds rounds = new CrashRounds(SEED, subject, 4, 20, CrashTest::program)) {
      for (int i = 0; i < ROUNDS; i++) {
        rounds.kill();
      }
      RunRecord runs;
      try (PayaraProcess server = rounds.last()) {
        runs = RunRecord.read(record);
        assertThat(server.stop()).isTrue();
      }
      Audit audit = Audit.of(rounds.ledger, runs);
      System.out.printf(
          "crash: seed %d; kills %s; %s; %d programs ran; 0 leases left%n",
          SEED, rounds.kills(), audit.figures(), runs.count());
      audit.assertClean();
      assertThat(rounds.ledger.surprises()).as("surprises").isEmpty();
      assertThat(filesIn(home.resolve("data"))).containsExactly("cloude.mv.db");
    }
  }

  private static String program(String name, Random random) {
    return "record %s %d".formatted(name, MILLIS[random.nextInt(MILLIS.length)]);
  }

  private static List<String> filesIn(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
