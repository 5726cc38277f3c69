package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.runtime.job.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
  void aFailedBuildIsToldOf() throws IOException, PlatformException {
    GuestImages images = new FakeNode(folder).images;
    assertThat(images.failures()).isEmpty();
    Files.writeString(folder.resolve(".c-12.failed"), "{\"at\":\"now\",\"message\":\"No room.\"}");
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
