package dev.cloude.initramfs.source.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.Script;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.source.Folders;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a stand-in for skopeo that copies a layout folder and gives it the wanted tag. */
class RegistryImageTest {
  @TempDir Path folder;
  private WorkFolder work;
  private final List<String> progress = new ArrayList<>();
  private Path skopeo;
  private String digest;

  @BeforeEach
  void publish() throws Exception {
    work =
        new WorkFolder(
            Files.createDirectory(folder.resolve("work")), folder.resolve(".x"), progress::add);
    OciLayoutBuilder registry = new OciLayoutBuilder(folder.resolve("registry"));
    registry.layer(new TarBuilder().file("a", "a"));
    registry.finish(registry.manifest("amd64", OciLayoutBuilder.tag("TAG")));
    skopeo =
        Script.write(
            folder.resolve("skopeo"),
            """
            echo "$@" >> %1$s/calls
            case "$*" in *unknown*) echo "manifest unknown" >&2; exit 1;; esac
            if [ "$1" = inspect ]; then cat %1$s/registry/index.json; exit; fi
            for target in "$@"; do :; done
            target=${target#oci:}
            mkdir -p "${target%%:*}"
            cp -r %1$s/registry/. "${target%%:*}"
            sed -i "s/TAG/${target##*:}/" "${target%%:*}/index.json"
            """
                .formatted(folder));
    digest = OciLayoutBuilder.digest(Files.readAllBytes(folder.resolve("registry/index.json")));
  }

  private RegistryImage image(String reference) throws ImageException {
    return image(reference, skopeo.toString());
  }

  private RegistryImage image(String reference, String program) throws ImageException {
    return new RegistryImage(
        "python",
        reference,
        SkopeoOptions.ofHost().environment(Map.of("HOME", folder.toString())).program(program),
        work);
  }

  private Resolution open(RegistryImage image, Optional<Resolution> locked, boolean refresh)
      throws ImageException {
    try (RootTree root = image.open(locked, refresh)) {
      assertThat(root.tree().entries()).containsKey("a");
      return root.resolution();
    }
  }

  private List<String> calls() throws IOException {
    List<String> calls = Files.readAllLines(folder.resolve("calls"));
    Files.delete(folder.resolve("calls"));
    return calls;
  }

  @Test
  void asksForTheTagOnceAndFetchesByDigest() throws Exception {
    RegistryImage image = image("python:3.11-alpine");
    assertThat(image.pinned(Optional.empty())).isEmpty();
    Resolution resolution = open(image, Optional.empty(), false);
    assertThat(resolution.digest()).isEqualTo(digest);
    assertThat(calls())
        .satisfiesExactly(
            asked ->
                assertThat(asked)
                    .isEqualTo("inspect --raw docker://docker.io/library/python:3.11-alpine"),
            copied ->
                assertThat(copied)
                    .startsWith("copy --override-os=linux --override-arch=amd64 ")
                    .contains(" docker://docker.io/library/python@" + digest + " oci:"));
    assertThat(image.pinned(Optional.of(resolution))).contains(resolution);
    open(image, Optional.of(resolution), false);
    assertThat(folder.resolve("calls")).as("it is at hand").doesNotExist();
    open(image, Optional.of(resolution), true);
    assertThat(calls()).singleElement().asString().as("the tag is as before").startsWith("inspect");
  }

  @Test
  void aLockIsFetchedWhateverHasBecomeOfTheTag() throws Exception {
    Resolution locked = open(image("python:3.11"), Optional.empty(), false);
    calls();
    Folders.delete(folder.resolve(".x.source.oci"));
    open(image("python:3.11"), Optional.of(locked), false);
    assertThat(calls()).singleElement().asString().startsWith("copy").contains("@" + digest);
  }

  @Test
  void whatIsKeptIsCheckedAndFetchedAgain() throws Exception {
    Resolution locked = open(image("python:3.11"), Optional.empty(), false);
    calls();
    try (Stream<Path> blobs = Files.list(folder.resolve(".x.source.oci/blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
      }
    }
    open(image("python:3.11"), Optional.of(locked), false);
    assertThat(calls()).singleElement().asString().startsWith("copy");
    assertThat(progress).anyMatch(line -> line.contains("is damaged"));
  }

  @Test
  void aDigestNeedsNobodyToAsk() throws Exception {
    RegistryImage image = image("host.test/python:3.11@" + digest);
    assertThat(image.pinned(Optional.empty()).orElseThrow().digest()).isEqualTo(digest);
    open(image, Optional.empty(), true);
    assertThat(calls()).singleElement().asString().contains("host.test/python@" + digest);
  }

  @Test
  void anotherReferenceIsAnotherImage() throws Exception {
    Resolution old = open(image("python:3.11"), Optional.empty(), false);
    assertThat(image("python:3.12").pinned(Optional.of(old))).isEmpty();
    assertThat(image("docker.io/library/python:3.11").pinned(Optional.of(old))).contains(old);
  }

  @Test
  void onlyThisHostsOwnRegistriesNeedNoCertificate() throws Exception {
    open(image("localhost:5000/python:1"), Optional.empty(), false);
    assertThat(calls())
        .satisfiesExactly(
            asked -> assertThat(asked).contains(" --tls-verify=false "),
            copied -> assertThat(copied).contains(" --src-tls-verify=false "));
  }

  @Test
  void failuresSayWhatSkopeoSaidAndWhatToDo() {
    assertThatThrownBy(() -> image("unknown:1").open(Optional.empty(), false))
        .hasMessageContaining("docker://docker.io/library/unknown:1 of python")
        .hasMessageContaining("manifest unknown")
        .hasMessageContaining("correct base_image");
  }

  @Test
  void aProgramThatStandsStillIsEnded() throws Exception {
    Path still = Script.write(folder.resolve("still"), "exec tail -f /dev/null\n");
    SkopeoOptions options =
        SkopeoOptions.ofHost().program(still.toString()).patience(Duration.ofMillis(300));
    RegistryImage image = new RegistryImage("python", "python:3.11", options, work);
    assertThatThrownBy(() -> image.open(Optional.empty(), false))
        .hasMessageContaining("no progress for 300 ms")
        .hasMessageContaining("try again");
  }

  @Test
  void filesThatAreNotThereAreNamed() throws Exception {
    SkopeoOptions options =
        SkopeoOptions.of(Optional.of(folder.resolve("no.json")), Optional.empty(), Optional.empty())
            .program(skopeo.toString());
    RegistryImage image = new RegistryImage("python", "python:3.11", options, work);
    assertThatThrownBy(() -> image.open(Optional.empty(), false))
        .hasMessageContaining("no.json, given with --auth-file, is not a readable file");
  }

  @Test
  void withoutSkopeoTheMessageSaysWhatWorks() throws Exception {
    RegistryImage image = image("python:3.11", "no-such-skopeo");
    assertThatThrownBy(() -> image.open(Optional.empty(), false))
        .hasMessageContaining("library/python:3.11\" of python")
        .hasMessageContaining("apt-get install skopeo")
        .hasMessageContaining("oci:DIR:TAG");
  }
}
