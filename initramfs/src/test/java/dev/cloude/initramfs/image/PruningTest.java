package dev.cloude.initramfs.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes room, and what stays whatever its name. */
class PruningTest {
  private static final List<String> FOREIGN =
      List.of(
          "python-3.9.cpio",
          "python-3.9.cpio.meta",
          "python-3.11.cpio.bak",
          "python-3.11-notes",
          ".python-3.9.lock",
          ".python-3.9.source.tar",
          ".python-3.11.mine",
          "node-20.lock.json");

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void build() throws Exception {
    out = folder.resolve("out");
    new BuildFixture(folder).build();
    for (String name : FOREIGN) {
      Files.writeString(out.resolve(name), "theirs");
    }
    Files.writeString(out.resolve(".python-3.11.source.tar"), "fetched");
    Files.createDirectories(out.resolve(".python-3.11.work/deep"));
  }

  private List<String> prune(boolean sources, boolean dryRun, String... wanted) throws Exception {
    return new Pruning(out, sources, dryRun)
        .prune(Set.of(wanted)).stream()
            .map(removed -> removed.path().getFileName().toString())
            .sorted()
            .toList();
  }

  private List<String> all() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void onlyWhatADeadBuilderLeftGoesFromAnImageThatIsWanted() throws Exception {
    assertThat(prune(false, false, "python-3.11")).containsExactly(".python-3.11.work");
    assertThat(all())
        .containsAll(FOREIGN)
        .contains("python-3.11.cpio", ".python-3.11.source.tar")
        .doesNotContain(".python-3.11.work");
    assertThat(prune(true, false, "python-3.11")).containsExactly(".python-3.11.source.tar");
  }

  @Test
  void allOfAnImageThatNobodyWantsGoes() throws Exception {
    List<String> before = all();
    List<String> doomed =
        List.of(
            ".python-3.11.digests",
            ".python-3.11.source.tar",
            ".python-3.11.work",
            "python-3.11.cpio",
            "python-3.11.cpio.meta",
            "python-3.11.lock.json");
    assertThat(prune(false, true, "node-20")).isEqualTo(doomed);
    assertThat(all()).as("a dry run").isEqualTo(before);
    assertThat(prune(false, false, "node-20")).isEqualTo(doomed);
    assertThat(all()).containsAll(FOREIGN).doesNotContainAnyElementsOf(doomed);
    assertThat(prune(false, false, "node-20")).isEmpty();
  }

  @Test
  void theArchiveThatStartsDisksStays() throws Exception {
    ImageMeta meta = ImageMeta.read(out.resolve("python-3.11.cpio")).orElseThrow();
    String json = new String(meta.toJson(), UTF_8).replace("python-3.11.cpio", "start.cpio");
    Files.writeString(out.resolve("start.cpio"), "start");
    Files.writeString(out.resolve("start.cpio.meta"), json);
    assertThat(prune(false, true, "node-20")).doesNotContain("start.cpio", "start.cpio.meta");
  }

  @Test
  void whatSomebodyBuildsStays() throws Exception {
    ImageLock lock = ImageLock.tryLock(out.resolve(".python-3.11.lock")).orElseThrow();
    try {
      assertThat(prune(true, false)).isEmpty();
    } finally {
      lock.close();
    }
  }

  @Test
  void leftoversOfAnImageThatWasNeverFinishedGo() throws Exception {
    Files.delete(out.resolve("python-3.11.cpio"));
    Files.delete(out.resolve("python-3.11.cpio.meta"));
    assertThat(prune(false, false)).contains(".python-3.11.source.tar", "python-3.11.lock.json");
    assertThat(all()).containsAll(FOREIGN);
  }
}
