package dev.cloude.initramfs.source.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.catalog.ImageSource;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.Script;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a stand-in for mmdebstrap that copies a prepared archive to where it was told. */
class DebianPackagesTest {
  @TempDir Path folder;
  private WorkFolder work;
  private Path mmdebstrap;

  @BeforeEach
  void prepare() throws Exception {
    work =
        new WorkFolder(
            Files.createDirectory(folder.resolve("work")), folder.resolve(".python-3"), l -> {});
    archive("python3_3.11-1_amd64.deb\nzlib1g_1%3a1.2_amd64.deb\n");
    mmdebstrap =
        Script.write(
            folder.resolve("mmdebstrap"),
            """
            printf '%%s\\n' "$@" >> %1$s/calls
            echo "I: downloading packages with apt..." >&2
            if [ -e %1$s/broken ]; then echo "E: Unable to locate package nonsense" >&2; exit 25; fi
            for word; do case "$word" in *source.tar) cp %1$s/prepared.tar "$word";; esac; done
            """
                .formatted(folder));
  }

  private void archive(String packages) throws Exception {
    TarBuilder tar = new TarBuilder().directory("./", 0755).file("./usr/bin/python3", "elf");
    if (!packages.isEmpty()) {
      tar.file("./.cloude-packages", packages);
    }
    Files.write(folder.resolve("prepared.tar"), tar.bytes());
  }

  private DebianPackages source(String... packages) throws ImageException {
    return source(Optional.empty(), packages);
  }

  private DebianPackages source(Optional<String> suite, String... packages) throws ImageException {
    DebianOptions options =
        new DebianOptions(suite, List.of("http://m.test/debian"), folder, mmdebstrap.toString());
    ImageSource.Packages named =
        new ImageSource.Packages(List.of(packages), Optional.of("bookworm"));
    return new DebianPackages("python", named, options, work);
  }

  private List<String> calls() throws Exception {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  @Test
  void unpacksAndRecordsVersions() throws Exception {
    try (RootTree root = source("python3", "dash").open(Optional.empty(), false)) {
      assertThat(root.tree().entries().keySet())
          .containsExactly("", "usr", "usr/bin", "usr/bin/python3");
      assertThat(root.resolution().contents())
          .containsExactly("python3 3.11-1 amd64", "zlib1g 1:1.2 amd64");
      assertThat(root.resolution().digest()).matches("sha256:[0-9a-f]{64}");
    }
    assertThat(calls())
        .contains(
            "--variant=extract", "--include=dash,python3", "bookworm", "http://m.test/debian");
  }

  @Test
  void whatWasFetchedIsKeptUntilRefreshed() throws Exception {
    source("python3").open(Optional.empty(), false).close();
    int once = calls().size();
    Resolution kept = source("python3").pinned(Optional.empty()).orElseThrow();
    source("python3").open(Optional.empty(), false).close();
    assertThat(calls()).hasSize(once);

    archive("python3_3.11-2_amd64.deb\n");
    try (RootTree root = source("python3").open(Optional.empty(), true)) {
      assertThat(root.resolution().digest()).isNotEqualTo(kept.digest());
    }
    assertThat(calls()).hasSize(2 * once);
    assertThat(source("python3").pinned(Optional.empty()).orElseThrow().contents())
        .containsExactly("python3 3.11-2 amd64");
  }

  @Test
  void otherPackagesOrAnotherSuiteAreFetchedAnew() throws Exception {
    source("python3").open(Optional.empty(), false).close();
    Resolution last = source("python3").pinned(Optional.empty()).orElseThrow();
    assertThat(source("python3", "dash").pinned(Optional.of(last))).isEmpty();
    assertThat(source(Optional.of("trixie"), "python3").pinned(Optional.of(last))).isEmpty();
    assertThat(source("python3", "python3").pinned(Optional.of(last))).contains(last);
  }

  @Test
  void theLastBuildIsEnoughToKnowTheVersions() throws Exception {
    source("python3").open(Optional.empty(), false).close();
    Resolution last = source("python3").pinned(Optional.empty()).orElseThrow();
    Files.delete(work.cached("source.tar"));
    assertThat(source("python3").pinned(Optional.empty())).isEmpty();
    assertThat(source("python3").pinned(Optional.of(last))).contains(last);
  }

  @Test
  void anArchiveWithoutItsListIsFetchedAgain() throws Exception {
    source("python3").open(Optional.empty(), false).close();
    int once = calls().size();
    Files.writeString(work.cached("source.json"), "{half");
    source("python3").open(Optional.empty(), false).close();
    assertThat(calls()).hasSize(2 * once);
  }

  @Test
  void failuresKeepWhatWasThereAndSayWhatHappened() throws Exception {
    source("python3").open(Optional.empty(), false).close();
    Files.createFile(folder.resolve("broken"));
    assertThatThrownBy(() -> source("python3").open(Optional.empty(), true))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("mmdebstrap could not fetch the packages of python (python3)")
        .hasMessageContaining("exit code 25")
        .hasMessageContaining("Unable to locate package nonsense");
    source("python3").open(Optional.empty(), false).close();
  }

  @Test
  void aUserWhoMayNotUnpackIsToldWhatToDo() throws Exception {
    Files.writeString(
        mmdebstrap, "#!/bin/sh\necho 'E: unable to pick chroot mode automatically'; exit 25\n");
    assertThatThrownBy(() -> source("python3").open(Optional.empty(), false))
        .hasMessageContaining("cannot be unpacked by this user")
        .hasMessageContaining("uidmap");
  }

  @Test
  void anArchiveThatDoesNotNameItsPackagesIsRefused() throws Exception {
    archive("");
    assertThatThrownBy(() -> source("python3").open(Optional.empty(), false))
        .hasMessageContaining("did not say which packages");
  }

  @Test
  void aMissingProgramIsNamedWithTheRemedy() throws Exception {
    DebianOptions options =
        new DebianOptions(Optional.empty(), List.of(), folder, "no-such-mmdebstrap");
    DebianPackages source =
        new DebianPackages(
            "python",
            new ImageSource.Packages(List.of("python3"), Optional.empty()),
            options,
            work);
    assertThat(source.spec()).contains(" bookworm ");
    assertThatThrownBy(() -> source.open(Optional.empty(), false))
        .hasMessageContaining("apt-get install mmdebstrap");
  }
}
