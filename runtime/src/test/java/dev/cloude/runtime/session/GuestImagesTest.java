package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.job.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestImagesTest {
  @TempDir Path folder;

  @Test
  void imagesThatAreBuiltLaterAreFound() throws IOException, PlatformException {
    GuestImages images = new FakeNode(folder).images;
    assertThat(images.missing()).containsExactly("c");

    Files.writeString(folder.resolve("c-12.cpio"), "image");
    assertThat(images.missing()).as("not finished without its .meta").containsExactly("c");
    Files.writeString(folder.resolve("c-12.cpio.meta"), "{}");

    assertThat(images.missing()).isEmpty();
  }

  @Test
  void aDiskIsTakenWhereItCanBeAndIsWhole() throws IOException, PlatformException {
    FakeNode node = new FakeNode(folder);
    GuestImages images = node.images(ImageSettings.Root.AUTO, true);
    Path archive = folder.resolve("python-3.11.cpio");
    Path disk = folder.resolve("python-3.11.erofs");
    Path start = folder.resolve("start.cpio");
    GuestImage unpacked = new GuestImage(archive, Optional.empty());
    GuestImage mounted = new GuestImage(start, Optional.of(disk));
    for (Path file : List.of(disk, start)) {
      assertThat(image(images)).as("without " + file).isEqualTo(unpacked);
      Files.writeString(file, "image");
      assertThat(image(images)).as("without the .meta of " + file).isEqualTo(unpacked);
      Files.writeString(folder.resolve(file.getFileName() + ".meta"), "{}");
    }

    assertThat(image(images)).isEqualTo(mounted);
    assertThat(images.files()).containsExactly(folder.resolve("vmlinuz"), start, disk);
    assertThat(image(node.images(ImageSettings.Root.DISK, true))).isEqualTo(mounted);
    assertThat(image(node.images(ImageSettings.Root.MEMORY, true))).isEqualTo(unpacked);
    assertThat(image(node.images(ImageSettings.Root.AUTO, false))).isEqualTo(unpacked);
    assertThatThrownBy(() -> image(node.images(ImageSettings.Root.DISK, false)))
        .hasMessageContaining("VM_ROOT=disk cannot be used");
    Files.delete(archive);
    assertThat(images.missing()).containsExactly("c");
    assertThat(node.images(ImageSettings.Root.AUTO, false).missing()).contains("python");
  }

  private static GuestImage image(GuestImages images) throws PlatformException {
    return images.image(images.language("python"));
  }

  @Test
  void aFailedBuildIsToldOf() throws IOException, PlatformException {
    GuestImages images = new FakeNode(folder).images;
    assertThat(images.failures()).isEmpty();
    Files.writeString(
        folder.resolve(".c-12.erofs.failed"), "{\"at\":\"now\",\"message\":\"No room.\"}");
    assertThat(images.failures()).containsExactly(Map.entry("c", "No room."));
    assertThatThrownBy(() -> images.image(images.language("c")))
        .hasMessageContaining("c-12.cpio) is missing; its last build failed: No room.");
  }

  @Test
  void aCatalogueThatIsRepairedIsRead() throws IOException, PlatformException {
    GuestImages images = new FakeNode(folder).images;
    Path catalogue = folder.resolve("languages.json");
    Files.writeString(catalogue, "{");
    assertThatThrownBy(images::missing)
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(catalogue.toString());

    Files.writeString(catalogue, FakeNode.CATALOGUE);

    assertThat(images.language("python").file()).isEqualTo("main.py");
  }

  @Test
  void aFolderIsNoKernel() throws IOException {
    GuestImages images = new FakeNode(folder).images;
    Files.delete(folder.resolve("vmlinuz"));
    Files.createDirectory(folder.resolve("vmlinuz"));

    assertThatThrownBy(images::kernel).hasMessageContaining("vmlinuz is missing or cannot be read");
  }
}
