package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.it.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server has accepted is there after its end, whichever way it ended. */
@Tag("container")
class RestartTest {
  /** As many as run at once by default: the next one waits. */
  private static final int PERMITS = 4;

  private static final Map<String, String> FAILING =
      Map.of("JOB_RESTART_POLICY", "fail", "DRAIN_SECS", "0");

  @TempDir private Path folder;

  @Test
  void acceptedJobsSurviveAKillAndAnOrderlyStop() throws Exception {
    Path war = folder.resolve("cloude.war");
    TestArchive.withScriptedGuests().as(ZipExporter.class).exportTo(war.toFile());
    Path home = folder.resolve("home");
    Files.createDirectories(home);

    List<String> interrupted = new ArrayList<>();
    String waiting;
    try (PayaraProcess server = PayaraProcess.start(home, war, FAILING)) {
      for (int i = 0; i < PERMITS; i++) {
        interrupted.add(server.submit("hang"));
      }
      for (String id : interrupted) {
        server.await(id, "running");
      }
      waiting = server.submit("exit 3");
      server.kill();
    }

    String stopped;
    try (PayaraProcess server = PayaraProcess.start(home, war, FAILING)) {
      for (String id : interrupted) {
        assertThat(server.get("/status/" + id).body())
            .contains("\"status\":\"error\"", "The server restarted while the job ran.");
      }
      assertThat(server.await(waiting, "done")).contains("\"exit_code\":3");

      stopped = server.submit("hang");
      server.await(stopped, "running");
      assertThat(server.stop()).isTrue();
    }

    try (PayaraProcess server = PayaraProcess.start(home, war, FAILING)) {
      assertThat(server.get("/status/" + stopped).body())
          .contains("\"status\":\"error\"", "The server stopped while the job ran.");
      String next = server.submit("exit 0");
      server.await(next, "done");
    }
  }

  @Test
  void jobsThatRanRunOnceMore() throws Exception {
    Path war = folder.resolve("cloude.war");
    TestArchive.withScriptedGuests().as(ZipExporter.class).exportTo(war.toFile());
    Path home = folder.resolve("home");
    Files.createDirectories(home);
    Map<String, String> drained = Map.of("DRAIN_SECS", "0", "LOG_FORMAT", "json");

    String id;
    try (PayaraProcess server = PayaraProcess.start(home, war, drained)) {
      id = server.submit("hang");
      server.await(id, "running");
      server.kill();
    }

    try (PayaraProcess server = PayaraProcess.start(home, war, drained)) {
      server.await(id, "running");
      assertThat(server.stop()).isTrue();
    }

    try (PayaraProcess server = PayaraProcess.start(home, war, drained)) {
      assertThat(server.get("/status/" + id).body())
          .contains("\"status\":\"error\"", "The server stopped while the job ran.");
      assertThat(server.stop()).isTrue();
    }

    LogLines log = LogLines.parse(home.resolve("server.log"), "LogMessage");
    // What is said after that, as the JVM ends, need not reach the log any more.
    assertThat(log.about("job " + id))
        .startsWith(
            "queued",
            "booting, attempt 1",
            "running",
            "queued again: The server restarted while the job ran.",
            "booting, attempt 2",
            "running");
  }
}
