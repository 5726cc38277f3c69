package dev.cloude.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server has accepted is there after its end, whichever way it ended. */
@Tag("container")
class RestartTest {
  /** As many as run at once by default: the next one waits. */
  private static final int PERMITS = 4;

  @TempDir private Path folder;

  @Test
  void acceptedJobsSurviveAKillAndAnOrderlyStop() throws Exception {
    Path war = folder.resolve("cloude.war");
    TestArchive.withScriptedGuests().as(ZipExporter.class).exportTo(war.toFile());
    Path home = folder.resolve("home");
    Files.createDirectories(home);

    List<String> interrupted = new ArrayList<>();
    String waiting;
    try (PayaraProcess server = PayaraProcess.start(home, war)) {
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
    try (PayaraProcess server = PayaraProcess.start(home, war)) {
      for (String id : interrupted) {
        assertThat(server.get("/status/" + id).body())
            .contains("\"status\":\"error\"", "The server restarted while the job ran.");
      }
      assertThat(server.await(waiting, "done")).contains("\"exit_code\":3");

      stopped = server.submit("hang");
      server.await(stopped, "running");
      assertThat(server.stop()).isTrue();
    }

    try (PayaraProcess server = PayaraProcess.start(home, war)) {
      assertThat(server.get("/status/" + stopped).body())
          .contains("\"status\":\"error\"", "The server stopped while the job ran.");
      String next = server.submit("exit 0");
      server.await(next, "done");
    }
  }
}
