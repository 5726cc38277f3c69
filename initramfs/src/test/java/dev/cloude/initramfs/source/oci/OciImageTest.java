package dev.cloude.initramfs.source.oci;

import static dev.cloude.initramfs.fixture.OciLayoutBuilder.platform;
import static dev.cloude.initramfs.fixture.OciLayoutBuilder.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciImageTest {
  @TempDir Path folder;
  private Path layout;
  private WorkFolder work;

  @BeforeEach
  void makeFolders() throws IOException {
    layout = folder.resolve("layout");
    work =
        new WorkFolder(
            Files.createDirectory(folder.resolve("work")), folder.resolve(".x"), line -> {});
  }

  private OciLayoutBuilder builder() {
    return new OciLayoutBuilder(layout);
  }

  private static TarBuilder one(String name) throws IOException {
    return new TarBuilder().file(name, name);
  }

  private Set<String> open(String reference) throws ImageException {
    try (RootTree root = new OciImage(reference, folder, work).open(Optional.empty(), false)) {
      return Set.copyOf(root.tree().entries().keySet());
    }
  }

  @Test
  void appliesPlainAndGzipLayersInOrder() throws Exception {
    builder().layer(one("a")).gzipLayer(one("b").file(".wh.a", "")).finish();
    assertThat(open("oci:layout")).containsExactlyInAnyOrder("", "b");
  }

  @Test
  void appliesZstdLayers() throws Exception {
    assumeTrue(Command.find("zstd").isPresent(), "the zstd program is not installed");
    Path tar = Files.write(folder.resolve("a.tar"), one("a").bytes());
    Path compressed = folder.resolve("a.tar.zst");
    new Command(List.of("zstd", "-q", tar.toString(), "-o", compressed.toString())).run("compress");
    builder().layer(Files.readAllBytes(compressed), Files.readAllBytes(tar)).finish();
    assertThat(open("oci:layout")).containsExactlyInAnyOrder("", "a");
  }

  @Test
  void theDigestIsTheManifests() throws Exception {
    String manifest = builder().layer(one("a")).manifest("amd64", "");
    builder().finish(manifest);
    OciImage image = new OciImage("oci:layout", folder, work);
    String digest = image.pinned(Optional.empty()).orElseThrow().digest();
    assertThat(manifest).contains(digest);
    try (RootTree root = image.open(Optional.empty(), true)) {
      assertThat(root.resolution().digest()).isEqualTo(digest);
    }
  }

  @Test
  void choosesByTag() throws Exception {
    String one = builder().layer(one("a")).manifest("amd64", tag("1"));
    String two = builder().layer(one("b")).manifest("amd64", tag("registry.test:5000/x:2"));
    builder().finish(one, two);
    assertThat(open("oci:layout:1")).contains("a");
    assertThat(open("oci:" + layout + ":2")).contains("b");
    assertThatThrownBy(() -> open("oci:layout:3"))
        .hasMessageContaining("no image with the tag 3")
        .hasMessageContaining("the tags 1, registry.test:5000/x:2");
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("name one by its tag");
  }

  @Test
  void choosesByPlatformThroughNestedIndexes() throws Exception {
    String arm = builder().layer(one("arm")).manifest("arm64", platform("arm64"));
    String amd = builder().layer(one("amd")).manifest("amd64", platform("amd64"));
    String attestation =
        builder()
            .manifest("unknown", ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}");
    String inner = builder().index("", arm, amd, attestation);
    builder().finish(builder().index(tag("latest"), inner));
    assertThat(open("oci:layout:latest")).containsExactlyInAnyOrder("", "amd");
  }

  @Test
  void otherPlatformsAreNamed() throws Exception {
    builder().finish(builder().layer(one("a")).manifest("arm64", platform("arm64")));
    assertThatThrownBy(() -> open("oci:layout"))
        .hasMessageContaining("no image for linux/amd64, only for linux/arm64");
    builder().finish(builder().layer(one("a")).manifest("arm64", ""));
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("made for linux/arm64");
  }

  @Test
  void endlessIndexesEnd() throws Exception {
    String descriptor = builder().layer(one("a")).manifest("amd64", "");
    for (int i = 0; i < 9; i++) {
      descriptor = builder().index("", descriptor);
    }
    builder().finish(descriptor);
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("nests indexes");
  }

  @Test
  void damagedBlobsAreNoticed() throws Exception {
    builder().layer(one("a")).finish();
    Path layer = blobs().filter(f -> size(f) > 1000).findFirst().orElseThrow();
    byte[] bytes = Files.readAllBytes(layer);
    bytes[512] ^= 1;
    Files.write(layer, bytes);
    assertThatThrownBy(() -> open("oci:layout"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("Layer 1 of 1")
        .hasMessageContaining("is damaged");
    Files.write(layer, new byte[3]);
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("but has 3");
    Files.delete(layer);
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("is missing");
  }

  @Test
  void layersMustBeWhatTheConfigurationSays() throws Exception {
    builder().layer(one("a").bytes(), one("b").bytes()).finish();
    assertThatThrownBy(() -> open("oci:layout"))
        .hasMessageContaining("uncompressed")
        .hasMessageContaining("is damaged");
  }

  @Test
  void digestsCannotLeadOutOfTheFolder() throws Exception {
    builder().layer(one("a")).finish();
    Path index = layout.resolve("index.json");
    String text = Files.readString(index);
    Files.writeString(
        index, text.replaceFirst("sha256:[0-9a-f]{64}", "sha256:../../../etc/passwd"));
    assertThatThrownBy(() -> open("oci:layout"))
        .hasMessageContaining("the digest \"sha256:../../../etc/passwd\"");
  }

  @Test
  void foldersAndDocumentsThatAreNotImagesAreNamed() throws Exception {
    assertThatThrownBy(() -> open("oci:nowhere"))
        .hasMessageContaining(folder.resolve("nowhere").toString())
        .hasMessageContaining("no index.json");
    Files.createDirectories(layout);
    Files.writeString(layout.resolve("index.json"), "{");
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("is not JSON");
    Files.writeString(layout.resolve("index.json"), "{\"manifests\":[]}");
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("no image at all");
    Files.writeString(layout.resolve("index.json"), "{}");
    assertThatThrownBy(() -> open("oci:layout")).hasMessageContaining("no list of manifests");
  }

  @Test
  void foldersWithColonsAreFolders() throws Exception {
    Path odd = folder.resolve("a:b");
    new OciLayoutBuilder(odd).layer(one("x")).finish();
    assertThat(open("oci:a:b")).contains("x");
  }

  private Stream<Path> blobs() throws IOException {
    return Files.list(layout.resolve("blobs/sha256"));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
