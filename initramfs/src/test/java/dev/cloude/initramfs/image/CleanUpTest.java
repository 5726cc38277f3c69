package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.initramfs.catalog.Language;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build removes: its own lower versions, and nothing else. */
class CleanUpTest {
  @TempDir Path folder;
  private BuildFixture fixture;
  private Path out;

  @BeforeEach
  void prepare() throws Exception {
    fixture = new BuildFixture(folder);
    out = folder.resolve("out");
  }

  private Path build(String version) throws Exception {
    fixture.useVersion(version);
    return fixture.build().file();
  }

  private List<String> visibleFiles() throws Exception {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(".") && !name.endsWith(".lock.json"))
          .sorted()
          .toList();
    }
  }

  @Test
  void lowerVersionsGoByNumberNotByText() throws Exception {
    build("3.9");
    Files.writeString(out.resolve(".python-3.9.source.tar"), "kept packages");
    build("3.10");
    assertThat(visibleFiles()).containsExactly("python-3.10.cpio", "python-3.10.cpio.meta");
    assertThat(out.resolve(".python-3.9.source.tar")).doesNotExist();
  }

  @Test
  void higherVersionsStay() throws Exception {
    build("3.10");
    build("3.9");
    assertThat(visibleFiles())
        .containsExactly(
            "python-3.10.cpio", "python-3.10.cpio.meta", "python-3.9.cpio", "python-3.9.cpio.meta");
  }

  @Test
  void foreignFilesStayWhateverTheirName() throws Exception {
    Path theirs = build("3.9");
    Files.writeString(Language.metaFile(theirs), "python:3.9-alpine");
    List<String> foreign =
        List.of(
            "python-3.8.cpio",
            "python-3.8.cpio.gz",
            "python-3.8.cpio.gz.meta",
            "python-3.7.cpio.bak",
            "python-3.7.cpio.meta",
            "python-notes.txt",
            "python-.cpio.meta",
            "python-3.6.meta",
            "python-2-old.cpio",
            "python2-1.cpio");
    for (String name : foreign) {
      Files.writeString(out.resolve(name), "theirs");
    }
    Files.createDirectory(out.resolve("python-3.5.cpio"));
    build("3.10");
    assertThat(visibleFiles())
        .containsAll(foreign)
        .contains("python-3.9.cpio", "python-3.9.cpio.meta", "python-3.5.cpio", "python-3.10.cpio");
  }

  @Test
  void aDescriptionCopiedToAnotherNameDoesNotCount() throws Exception {
    Path image = build("3.9");
    Files.copy(image, out.resolve("python-3.1.cpio"));
    Files.copy(Language.metaFile(image), out.resolve("python-3.1.cpio.meta"));
    build("3.9");
    assertThat(visibleFiles()).contains("python-3.1.cpio", "python-3.1.cpio.meta");
  }

  @Test
  void aDescriptionLeftByAnInterruptedCleanUpGoes() throws Exception {
    Files.delete(build("3.9"));
    build("3.10");
    assertThat(visibleFiles()).containsExactly("python-3.10.cpio", "python-3.10.cpio.meta");
  }

  @Test
  void versionsThatSomebodyBuildsStay() throws Exception {
    build("3.9");
    ImageLock lock = ImageLock.tryLock(out.resolve(".python-3.9.lock")).orElseThrow();
    try {
      build("3.10");
      assertThat(visibleFiles()).contains("python-3.9.cpio", "python-3.9.cpio.meta");
    } finally {
      lock.close();
    }
    build("3.10");
    assertThat(visibleFiles()).containsExactly("python-3.10.cpio", "python-3.10.cpio.meta");
  }
}
