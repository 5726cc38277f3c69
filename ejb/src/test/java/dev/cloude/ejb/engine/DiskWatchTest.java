package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.config.WatchSettings;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Fact;
import dev.cloude.runtime.job.NodeStatus.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {
  private final NodeStatus status = new NodeStatus();

  private Fact look(long leastFree, Path... folders) {
    new DiskWatch(new WatchSettings(Duration.ZERO, leastFree, List.of(folders)), status).look();
    return status.fact(Subject.DISK);
  }

  @Test
  void roomIsReported(@TempDir Path folder) {
    Fact fact = look(1 << 20, folder, folder.resolve("not/made/yet"));

    assertThat(fact.up()).isTrue();
    assertThat(fact.detail()).isEqualTo("At least 1 MiB are free wherever the server writes.");
  }

  @Test
  void aFolderWithoutRoomIsNamed(@TempDir Path folder) {
    Fact fact = look(Long.MAX_VALUE, folder);

    assertThat(fact.up()).isFalse();
    assertThat(fact.detail())
        .matches("\\Q" + folder + "\\E has \\d+ MiB free; \\d+ MiB must be free .*");
  }
}
