package dev.cloude.initramfs.registry;

import static dev.cloude.initramfs.fixture.OciLayoutBuilder.platform;
import static dev.cloude.initramfs.fixture.OciLayoutBuilder.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.fixture.NewcArchive;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sound registry gives, and what becomes of images when it is not sound. */
@Tag("registry")
class RegistryTest {
  @TempDir Path folder;
  private LoopbackRegistry registry;
  private RegistryFixture images;

  @BeforeEach
  void start() throws Exception {
    registry = new LoopbackRegistry(folder.resolve("registry"), "");
    images = new RegistryFixture(folder);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private String reference(String name) {
    return registry.address() + "/" + name;
  }

  private String digestIn(String file) throws Exception {
    Matcher digest =
        Pattern.compile("sha256:[0-9a-f]{64}")
            .matcher(Files.readString(images.out().resolve(file)));
    assertThat(digest.find()).isTrue();
    return digest.group();
  }

  @Test
  void aTagIsAskedOnceAndThenNobodyIs() throws Exception {
    registry.push(images.layout("one", "first"), "1", "team/python:3.11");
    assertThat(images.text(reference("team/python:3.11"))).isEqualTo("first");
    String locked = digestIn("python-3.11.lock.json");
    assertThat(registry.stored(locked)).exists();

    registry.push(images.layout("two", "second"), "1", "team/python:3.11");
    assertThat(images.build(reference("team/python:3.11")).built()).as("the tag moved").isFalse();
    registry.stop();
    assertThat(images.build(reference("team/python:3.11")).built()).as("no network").isFalse();

    registry.start();
    images.refreshing(true);
    assertThat(images.text(reference("team/python:3.11"))).isEqualTo("second");
    assertThat(digestIn("python-3.11.lock.json")).isNotEqualTo(locked);
    images.refreshing(false);
    assertThat(images.text(reference("team/python@" + locked))).isEqualTo("first");
  }

  @Test
  void aRefreshThatFailsLeavesImageAndLock() throws Exception {
    registry.push(images.layout("one", "first"), "1", "python:1");
    images.build(reference("python:1"));
    List<String> before = images.leftovers();
    byte[] lock = Files.readAllBytes(images.out().resolve("python-3.11.lock.json"));
    registry.stop();
    assertThatThrownBy(() -> images.refreshing(true).build(reference("python:1")))
        .hasMessageContaining("connection refused")
        .hasMessageContaining("--registries-conf");
    assertThat(images.out().resolve("python-3.11.lock.json")).hasBinaryContent(lock);
    assertThat(images.leftovers()).containsAll(before).contains(".python-3.11.cpio.failed");
    assertThat(images.refreshing(false).build(reference("python:1")).built()).isFalse();
    assertThat(images.leftovers()).isEqualTo(before);
  }

  @Test
  void anIndexGivesTheImageForGuests() throws Exception {
    Path layout = folder.resolve("many");
    OciLayoutBuilder arm = new OciLayoutBuilder(layout);
    String forArm =
        arm.layer(new TarBuilder().file("text", "arm")).manifest("arm64", platform("arm64"));
    OciLayoutBuilder amd = new OciLayoutBuilder(layout);
    String forAmd =
        amd.layer(new TarBuilder().file("text", "amd")).manifest("amd64", platform("amd64"));
    amd.finish(amd.index(tag("1"), forArm, forAmd));
    registry.push(layout, "1", "python:all", "--all");
    assertThat(images.text(reference("python:all"))).isEqualTo("amd");
    String index = digestIn("python-3.11.lock.json");
    assertThat(registry.stored(index)).content().contains("arm64").contains("amd64");
    assertThat(images.text(reference("python@" + index))).isEqualTo("amd");

    registry.push(layout, "1", "python:arm", "--override-arch=arm64");
    assertThatThrownBy(() -> images.build(reference("python:arm")))
        .hasMessageContaining("linux/amd64");
  }

  @Test
  void layersOfEveryKindComeThrough() throws Exception {
    Path layout = folder.resolve("layers");
    byte[] zstd = new TarBuilder().file("a/.wh.gone", "").hardLink("b", "a/kept").bytes();
    Path plain = Files.write(folder.resolve("zstd.tar"), zstd);
    Path packed = folder.resolve("zstd.tar.zst");
    new Command(List.of("zstd", "-q", plain.toString(), "-o", packed.toString())).run("compress");
    OciLayoutBuilder builder = new OciLayoutBuilder(layout);
    builder
        .layer(
            new TarBuilder()
                .file("a/gone", "x")
                .file("a/kept", 04750, 7, 8, "kept")
                .file("opaque/old", "x")
                .symlink("escape", "/../../etc")
                .device("device", false, 1, 3))
        .gzipLayer(new TarBuilder().file("opaque/.wh..wh..opq", "").file("escape/inside", "y"))
        .layer(OciLayoutBuilder.LAYER + "+zstd", Files.readAllBytes(packed), zstd)
        .program("\"Env\":[\"A=1\",\"PATH=/opt/bin\"],\"WorkingDir\":\"/srv/app/\"");
    builder.finish(builder.manifest("amd64", tag("1")));
    registry.push(layout, "1", "hard:1");
    Map<String, NewcArchive.Member> members = images.members(reference("hard:1"));
    assertThat(members)
        .containsKeys("b", "etc/inside", "opaque", "device", "srv/app")
        .doesNotContainKeys("a/gone", "opaque/old", "escape/inside");
    assertThat(members.get("a/kept").mode()).isEqualTo(0104750);
    assertThat(members.get("a/kept").uid()).isEqualTo(7);
    assertThat(members.get("b").inode()).isEqualTo(members.get("a/kept").inode());
    assertThat(members.get("etc/cloude/image.json").text())
        .isEqualTo("{\"env\":{\"A\":\"1\",\"PATH\":\"/opt/bin\"},\"working_dir\":\"/srv/app\"}\n");
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    registry.push(images.layout("one", "first"), "1", "python:1");
    assertThatThrownBy(() -> images.build(reference("python:2")))
        .hasMessageContaining("manifest unknown")
        .hasMessageContaining("no such tag");
    assertThatThrownBy(() -> images.build(reference("perl:1")))
        .hasMessageContaining("perl:1")
        .hasMessageContaining("correct base_image");
    assertThatThrownBy(() -> images.build(reference("python@sha256:" + "0".repeat(64))))
        .hasMessageContaining("manifest unknown");
  }

  @Test
  void aRegistryThatLiesIsNotBelieved() throws Exception {
    registry.push(images.layout("one", "first"), "1", "python:1");
    Path layer = registry.largest();
    byte[] sound = Files.readAllBytes(layer);
    byte[] bad = sound.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(layer, bad);
    assertThatThrownBy(() -> images.build(reference("python:1")))
        .hasMessageContaining("igest")
        .hasMessageContaining("do not use this registry");
    Files.delete(layer);
    assertThatThrownBy(() -> images.build(reference("python:1")))
        .hasMessageContaining("blob")
        .hasMessageContaining("push it there again");
    assertThat(images.leftovers()).containsExactly(".python-3.11.cpio.failed");
    Files.write(layer, sound);
    assertThat(images.text(reference("python:1"))).isEqualTo("first");
  }

  @Test
  void aManifestOfAnotherDigestIsNotBelieved() throws Exception {
    registry.push(images.layout("one", "first"), "1", "python:1");
    images.build(reference("python:1"));
    String digest = digestIn("python-3.11.lock.json");
    Path manifest = registry.stored(digest);
    Files.writeString(
        manifest, Files.readString(manifest).replace("schemaVersion\":2", "schemaVersion\": 2"));
    Files.delete(images.out().resolve("python-3.11.cpio"));
    try (var kept = Files.walk(images.out().resolve(".python-3.11.source.oci"))) {
      kept.filter(Files::isRegularFile).forEach(file -> file.toFile().delete());
    }
    assertThatThrownBy(() -> images.build(reference("python:1"))).hasMessageContaining(digest);
  }

  @Test
  void whatIsKeptIsCheckedBeforeItIsUsed() throws Exception {
    registry.push(images.layout("one", "first"), "1", "python:1");
    byte[] good = Files.readAllBytes(images.build(reference("python:1")).file());
    try (var blobs = Files.list(images.out().resolve(".python-3.11.source.oci/blobs/sha256"))) {
      Path layer =
          blobs.max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length())).get();
      byte[] bytes = Files.readAllBytes(layer);
      bytes[bytes.length / 2] ^= 1;
      Files.write(layer, bytes);
    }
    Files.writeString(folder.resolve("agent"), "#!/another agent\n");
    assertThat(images.build(reference("python:1")).built()).isTrue();
    assertThat(images.progress()).anyMatch(line -> line.contains("is fetched again"));
    Files.writeString(folder.resolve("agent"), "#!/agent\n");
    registry.stop();
    assertThat(images.build(reference("python:1")).file()).hasBinaryContent(good);
  }

  @Test
  void archivesOfBothKindsAreRead() throws Exception {
    Path layout = images.layout("one", "first");
    for (String kind : List.of("docker-archive", "oci-archive")) {
      Path archive = folder.resolve(kind + ".tar");
      String name = kind.equals("docker-archive") ? ":team/python:1" : ":1";
      copy(layout, kind + ":" + archive + name);
      assertThat(images.text(kind + ":" + archive.getFileName())).as(kind).isEqualTo("first");
      assertThat(images.text(kind + ":" + archive + name)).isEqualTo("first");
      assertThat(images.build(kind + ":" + archive + name).built()).isFalse();
      Files.delete(archive);
      copy(images.layout("two", "second"), kind + ":" + archive + name);
      assertThat(images.text(kind + ":" + archive + name)).as("not stale").isEqualTo("second");
    }
  }

  private static void copy(Path layout, String target) throws Exception {
    new Command(List.of("skopeo", "copy", "oci:" + layout + ":1", target)).run("make an archive");
  }
}
