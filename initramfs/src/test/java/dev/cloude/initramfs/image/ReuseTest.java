package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When an image is kept, and when it is built again. */
class ReuseTest {
  @TempDir Path folder;
  private BuildFixture fixture;

  interface Change {
    void in(BuildFixture fixture) throws Exception;
  }

  @BeforeEach
  void build() throws Exception {
    fixture = new BuildFixture(folder);
    assertThat(fixture.build().built()).isTrue();
    fixture.takeProgress();
  }

  private Path image() {
    return folder.resolve("out/python-3.11.cpio");
  }

  @Test
  void nothingNewMeansNothingToDo() throws Exception {
    Object before = Files.getLastModifiedTime(image());
    assertThat(fixture.build().built()).isFalse();
    fixture.useRefresh();
    assertThat(fixture.build().built()).as("refreshed, but the source is the same").isFalse();
    assertThat(Files.getLastModifiedTime(image())).isEqualTo(before);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("agent", f -> Files.writeString(f.folder().resolve("agent"), "#!/agent 2\n")),
        change("init", f -> f.useInit("#!/bin/sh\n")),
        change("module a.ko", f -> Files.writeString(f.folder().resolve("modules/a.ko"), "new")),
        change(
            "module order",
            f -> Files.writeString(f.folder().resolve("modules/order"), "a.ko\nb.ko\n")),
        change(
            "module order.vsock",
            f -> Files.writeString(f.folder().resolve("modules/order.vsock"), "unused.ko\n")),
        change("source contents", f -> f.useSource("another elf")),
        change(
            "source contents",
            f -> {
              f.useSource("another elf");
              f.useRefresh();
            }),
        change("catalogue entry", f -> f.useEntry("\"file\": \"x.py\", \"run\": [\"x\"]")),
        change(
            "left out",
            f ->
                f.useEntry(
                    "\"aliases\": [\"py\"], \"file\": \"main.py\", \"run\": [\"/usr/bin/python3\","
                        + " \"main.py\"], \"env\": {\"LANG\": \"C.UTF-8\"},"
                        + " \"exclude\": [\"/usr/lib/x\"]")));
  }

  private static Arguments change(String name, Change change) {
    return Arguments.of(name, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void everyChangeIsNoticed(String name, Change change) throws Exception {
    String before = ImageMeta.read(image()).orElseThrow().fingerprint();
    change.in(fixture);
    assertThat(fixture.build().built()).isTrue();
    ImageMeta meta = ImageMeta.read(image()).orElseThrow();
    assertThat(meta.fingerprint()).isNotEqualTo(before);
    assertThat(String.join("\n", fixture.takeProgress())).contains(expected(name));
    assertThat(fixture.build().built()).isFalse();
  }

  /** A refresh asks the source at once, so that only the other changes are explained. */
  private String expected(String name) {
    return fixture.isRefreshing() ? "writing python-3.11.cpio" : "changed: " + name;
  }

  @Test
  void aDamagedImageIsBuiltAgain() throws Exception {
    byte[] good = Files.readAllBytes(image());
    Files.writeString(image(), "half");
    assertThat(fixture.build().built()).isTrue();
    assertThat(image()).hasBinaryContent(good);
    assertThat(fixture.takeProgress()).anyMatch(line -> line.contains("file is damaged"));
    Files.delete(image());
    assertThat(fixture.build().built()).isTrue();
  }

  @Test
  void aFlippedBitInTheImageIsNoticed() throws Exception {
    byte[] good = Files.readAllBytes(image());
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(image(), bad);
    assertThat(fixture.status().state()).isEqualTo(ImageStatus.State.DAMAGED);
    assertThat(fixture.build().built()).isTrue();
    assertThat(image()).hasBinaryContent(good);
    assertThat(fixture.status().state()).isEqualTo(ImageStatus.State.CURRENT);
  }

  @Test
  void anInputOfTheSameSizeAndTimesIsNoticed() throws Exception {
    Path agent = folder.resolve("agent");
    FileTime time = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(agent, time);
    assertThat(fixture.build().built()).isFalse();
    Files.writeString(agent, "#!/agent 3\n");
    Files.setLastModifiedTime(agent, time);
    assertThat(fixture.build().changes()).containsExactly("agent");
  }

  @Test
  void whatHasChangedIsToldAndKept() throws Exception {
    long before = Files.size(image());
    fixture.useSource("another elf");
    assertThat(fixture.status().state()).isEqualTo(ImageStatus.State.STALE);
    assertThat(fixture.status().changes()).containsExactly("source contents");
    BuiltImage built = fixture.build();
    assertThat(built.bytesBefore()).isEqualTo(before);
    assertThat(built.changes()).contains("source contents").anyMatch(c -> c.contains(" -> "));
    assertThat(ImageMeta.read(image()).orElseThrow().changes()).isEqualTo(built.changes());
  }

  @Test
  void aFailedBuildLeavesTheOldImageAndAWord() throws Exception {
    byte[] good = Files.readAllBytes(image());
    Path index = folder.resolve("layout/index.json");
    byte[] sound = Files.readAllBytes(index);
    fixture.breakSource();
    assertThatThrownBy(() -> fixture.build()).isInstanceOf(ImageException.class);
    assertThat(image()).hasBinaryContent(good);
    assertThat(Language.failureFile(image())).content().contains("index.json is not JSON");
    assertThat(fixture.status().failure().orElseThrow()).contains("is not JSON");
    Files.write(index, sound);
    assertThat(fixture.build().built()).isFalse();
    assertThat(Language.failureFile(image())).doesNotExist();
  }

  @Test
  void anImageWithoutItsDescriptionIsNotFinished() throws Exception {
    Files.delete(Language.metaFile(image()));
    assertThat(fixture.build().built()).isTrue();
    Files.writeString(Language.metaFile(image()), "{\"builder\":\"cloude-ini");
    assertThat(fixture.build().built()).isTrue();
    Files.writeString(Language.metaFile(image()), "python:3.11-alpine");
    assertThat(fixture.build().built()).as("the original's form").isTrue();
  }

  @Test
  void whatADeadBuilderLeftIsRemoved() throws Exception {
    Path work = Files.createDirectories(folder.resolve("out/.python-3.11.work/deep"));
    Files.writeString(work.resolve("python-3.11.cpio"), "half an image");
    Files.createSymbolicLink(work.resolve("link"), folder.resolve("modules"));
    assertThat(fixture.build().built()).as("the finished image still counts").isFalse();
    assertThat(folder.resolve("out/.python-3.11.work")).doesNotExist();
    assertThat(folder.resolve("modules/a.ko")).as("links are not followed").exists();
  }
}
