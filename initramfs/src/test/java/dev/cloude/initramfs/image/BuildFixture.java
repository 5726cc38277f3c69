package dev.cloude.initramfs.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.source.debian.DebianOptions;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small image from an OCI layout folder, with everything in one folder that a test may change.
 */
final class BuildFixture {
  private final Path folder;
  private List<String> progress = new ArrayList<>();
  private String entry =
      "\"aliases\": [\"py\"], \"file\": \"main.py\", \"run\": [\"/usr/bin/python3\", \"main.py\"],"
          + " \"env\": {\"LANG\": \"C.UTF-8\"}";
  private String version = "3.11";
  private String output = "out";
  private Optional<Path> init = Optional.empty();
  private Compression compression = Compression.NONE;
  private boolean refresh;

  BuildFixture(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("agent"), "#!/agent 1\n");
    Files.createDirectory(folder.resolve("modules"));
    Files.writeString(folder.resolve("modules/a.ko"), "module a");
    Files.writeString(folder.resolve("modules/b.ko"), "module b");
    Files.writeString(folder.resolve("modules/unused.ko"), "module unused");
    Files.writeString(folder.resolve("modules/net.ko"), "module net");
    Files.writeString(folder.resolve("modules/order"), "b.ko\na.ko\n");
    Files.writeString(folder.resolve("modules/order.net"), "net.ko\n");
    Files.writeString(folder.resolve("modules/order.vsock"), "");
    useSource("elf");
  }

  Path folder() {
    return folder;
  }

  /** What was reported since the last call. */
  List<String> takeProgress() {
    List<String> taken = List.copyOf(progress);
    progress.clear();
    return taken;
  }

  void reportTo(List<String> lines) {
    progress = lines;
  }

  void useSource(String python) throws IOException {
    new OciLayoutBuilder(folder.resolve("layout"))
        .layer(
            new TarBuilder()
                .directory("usr/lib/", 0755)
                .symlink("lib", "usr/lib")
                .file("usr/bin/python3", 0755, 0, 0, python)
                .file("usr/share/doc/readme", "read me")
                .file("etc/passwd", "root:x:0:0\n")
                .file("init/old", "a folder in the way")
                .device("dev/mem", false, 1, 1))
        .finish();
  }

  void breakSource() throws IOException {
    Files.writeString(folder.resolve("layout/index.json"), "{broken");
  }

  void useEntry(String json) {
    entry = json;
  }

  void useVersion(String newVersion) {
    version = newVersion;
  }

  void useOutput(String name) {
    output = name;
  }

  void useInit(String script) throws IOException {
    init = Optional.of(Files.writeString(folder.resolve("init.sh"), script));
  }

  void useCompression(Compression newCompression) {
    compression = newCompression;
  }

  void useRefresh() {
    refresh = true;
  }

  boolean isRefreshing() {
    return refresh;
  }

  Language language() throws Exception {
    String json =
        "{\"python\": {\"version\": \"%s\", \"base_image\": \"oci:layout\", %s}}"
            .formatted(version, entry);
    return Catalogue.parse(json.getBytes(UTF_8), "test").find("python").orElseThrow();
  }

  BuiltImage build() throws Exception {
    return builder().build(language());
  }

  ImageBuilder builder() throws Exception {
    return new ImageBuilder(request(), sources(), progress::add);
  }

  ImageStatus status() throws Exception {
    return new ImageInventory(request(), sources()).status(language()).get(0);
  }

  private BuildRequest request() {
    return new BuildRequest(
        folder.resolve(output),
        folder.resolve("agent"),
        init,
        Optional.of(folder.resolve("modules")),
        compression,
        refresh ? Optional.of(Duration.ZERO) : Optional.empty());
  }

  private RootSources sources() {
    return new RootSources(
        folder, DebianOptions.ofHost(Optional.empty(), List.of()), SkopeoOptions.ofHost());
  }
}
