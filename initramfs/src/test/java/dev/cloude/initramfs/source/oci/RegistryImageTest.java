package dev.cloude.initramfs.source.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.Script;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a stand-in for skopeo that copies a layout folder and gives it the wanted tag. */
class RegistryImageTest {
  @TempDir Path folder;
  private WorkFolder work;
  private Path skopeo;

  @BeforeEach
  void publish() throws Exception {
    work =
        new WorkFolder(
            Files.createDirectory(folder.resolve("work")), folder.resolve(".x"), line -> {});
    OciLayoutBuilder registry = new OciLayoutBuilder(folder.resolve("registry"));
    registry.layer(new TarBuilder().file("a", "a"));
    registry.finish(registry.manifest("amd64", OciLayoutBuilder.tag("TAG")));
    skopeo =
        Script.write(
            folder.resolve("skopeo"),
            """
            echo "$@" >> %1$s/calls
            case "$4" in *unknown*) echo "manifest unknown" >&2; exit 1;; esac
            target=${5#oci:}
            cp -r %1$s/registry "${target%%:*}"
            sed -i "s/TAG/${target##*:}/" "${target%%:*}/index.json"
            """
                .formatted(folder));
  }

  private RegistryImage image(String reference) {
    return new RegistryImage("python", reference, skopeo.toString(), work);
  }

  @Test
  void fetchesOnceAndKeepsIt() throws Exception {
    RegistryImage image = image("python:3.11-alpine");
    assertThat(image.pinned(Optional.empty())).isEmpty();
    Resolution resolution;
    try (RootTree root = image.open(false)) {
      assertThat(root.tree().entries()).containsKey("a");
      resolution = root.resolution();
    }
    assertThat(image.pinned(Optional.empty())).contains(resolution);
    image.open(false).close();
    assertThat(folder.resolve("calls"))
        .content()
        .hasLineCount(1)
        .startsWith(
            "copy --override-os=linux --override-arch=amd64 docker://python:3.11-alpine oci:");
  }

  @Test
  void anotherReferenceIsAnotherImage() throws Exception {
    image("python:3.11").open(false).close();
    Resolution old = image("python:3.11").pinned(Optional.empty()).orElseThrow();
    assertThat(image("python:3.12").pinned(Optional.of(old))).isEmpty();
  }

  @Test
  void failuresSayWhatSkopeoSaid() {
    assertThatThrownBy(() -> image("unknown:1").open(false))
        .hasMessageContaining("fetch unknown:1 for python")
        .hasMessageContaining("manifest unknown");
  }

  @Test
  void withoutSkopeoTheMessageSaysWhatWorks() {
    RegistryImage image = new RegistryImage("python", "python:3.11", "no-such-skopeo", work);
    assertThatThrownBy(() -> image.open(false))
        .hasMessageContaining("\"python:3.11\" of python")
        .hasMessageContaining("apt-get install skopeo")
        .hasMessageContaining("oci:DIR:TAG");
  }
}
