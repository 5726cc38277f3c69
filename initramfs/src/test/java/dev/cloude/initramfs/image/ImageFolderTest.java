package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  private static ImageMeta meta(String image, long bytes) {
    Resolution source = new Resolution("spec", "sha256:0", List.of("x 1"));
    return new ImageMeta(
        ImageMeta.BUILDER,
        "1",
        image,
        bytes,
        bytes,
        "00",
        "ff",
        Map.of("agent", "aa"),
        source,
        "2026-11-23T20:00:00Z",
        List.of("agent"),
        7);
  }

  @Test
  void publishesImageAndDescription() throws Exception {
    ImageFolder images = new ImageFolder(folder);
    Path work = images.freshWork("x-1");
    Path written = Files.writeString(work.resolve("x-1.cpio"), "image");
    Path image = images.image("x-1", Compression.NONE);
    images.publish(written, image, meta("x-1.cpio", 5));
    assertThat(image).hasContent("image");
    assertThat(ImageMeta.read(image)).contains(meta("x-1.cpio", 5));
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void nobodyElseEntersTheWorkFolder() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(new ImageFolder(folder).freshWork("x-1"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aPublicationThatFailsLeavesTheOldImage() throws Exception {
    ImageFolder images = new ImageFolder(folder);
    Path image = images.image("x-1", Compression.NONE);
    Files.writeString(image, "old");
    Files.write(Language.metaFile(image), meta("x-1.cpio", 3).toJson());
    Path work = images.freshWork("x-1");
    assertThatThrownBy(
            () -> images.publish(work.resolve("never-written"), image, meta("x-1.cpio", 5)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(image.toString());
    assertThat(image).as("still bootable").hasContent("old");
    assertThat(ImageMeta.read(image)).contains(meta("x-1.cpio", 3));
  }

  @Test
  void descriptionsOfOthersAreNotRead() throws Exception {
    Path image = folder.resolve("x-1.cpio");
    Files.write(Language.metaFile(image), meta("y-1.cpio", 3).toJson());
    assertThat(ImageMeta.read(image)).isEmpty();
    Files.writeString(Language.metaFile(image), "{\"builder\":\"another\",\"image\":\"x-1.cpio\"}");
    assertThat(ImageMeta.read(image)).isEmpty();
    Files.writeString(
        Language.metaFile(image), "{\"builder\":\"cloude-initramfs\",\"image\":\"x-1.cpio\"}");
    assertThat(ImageMeta.read(image)).as("nothing in it").isEmpty();
    Files.writeString(Language.metaFile(image), "null");
    assertThat(ImageMeta.read(image)).isEmpty();
  }
}
