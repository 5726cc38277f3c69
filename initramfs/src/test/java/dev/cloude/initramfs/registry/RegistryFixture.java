package dev.cloude.initramfs.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.fixture.NewcArchive;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.image.BuildRequest;
import dev.cloude.initramfs.image.BuiltImage;
import dev.cloude.initramfs.image.Compression;
import dev.cloude.initramfs.image.ImageBuilder;
import dev.cloude.initramfs.image.RootSources;
import dev.cloude.initramfs.source.debian.DebianOptions;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Builds one language's image from a reference, in a folder of a test's own. */
final class RegistryFixture {
  private static final int LARGE = 1 << 20;

  private final Path folder;
  private final List<String> progress = new ArrayList<>();
  private SkopeoOptions skopeo = SkopeoOptions.ofHost();
  private boolean refresh;
  private String more = "";
  private Path agent;
  private Optional<Path> modules = Optional.empty();

  RegistryFixture(Path folder) throws IOException {
    this.folder = folder;
    this.agent = Files.writeString(folder.resolve("agent"), "#!/agent\n");
  }

  /** Makes images that a guest can be started from. */
  RegistryFixture startedBy(Path realAgent, Path realModules) {
    agent = realAgent;
    modules = Optional.of(realModules);
    return this;
  }

  RegistryFixture use(SkopeoOptions options) {
    skopeo = options;
    return this;
  }

  RegistryFixture patience(Duration patience) {
    skopeo = skopeo.patience(patience);
    return this;
  }

  RegistryFixture refreshing(boolean newRefresh) {
    refresh = newRefresh;
    return this;
  }

  /** Adds to the catalogue entry, as JSON without braces. */
  RegistryFixture entry(String fields) {
    more = ", " + fields;
    return this;
  }

  Path out() {
    return folder.resolve("out");
  }

  List<String> progress() {
    return progress;
  }

  /** A layout folder with one image whose only file has this text, and one that is large. */
  Path layout(String name, String text) throws IOException {
    Path layout = folder.resolve(name);
    OciLayoutBuilder builder = new OciLayoutBuilder(layout).gzipLayer(large(text));
    builder.finish(builder.manifest("amd64", OciLayoutBuilder.tag("1")));
    return layout;
  }

  /** What compression makes no smaller, so that a transfer can be cut off half way. */
  static TarBuilder large(String text) throws IOException {
    byte[] noise = new byte[LARGE];
    new Random(text.hashCode()).nextBytes(noise);
    return new TarBuilder()
        .file("text", text)
        .file("noise", Base64.getEncoder().encodeToString(noise));
  }

  BuiltImage build(String reference) throws Exception {
    String json =
        "{\"python\": {\"version\": \"3.11\", \"base_image\": \"%s\"%s}}"
            .formatted(reference, more);
    Language language = Catalogue.parse(json.getBytes(UTF_8), "test").find("python").orElseThrow();
    BuildRequest request =
        new BuildRequest(
            out(),
            agent,
            Optional.empty(),
            modules,
            Compression.NONE,
            refresh ? Optional.of(Duration.ZERO) : Optional.empty());
    RootSources sources =
        new RootSources(folder, DebianOptions.ofHost(Optional.empty(), List.of()), skopeo);
    return new ImageBuilder(request, sources, progress::add).build(language);
  }

  /** Builds, and gives what is in the image. */
  Map<String, NewcArchive.Member> members(String reference) throws Exception {
    return NewcArchive.read(Files.readAllBytes(build(reference).file()));
  }

  /** Builds, and gives the text that the image was made with. */
  String text(String reference) throws Exception {
    return members(reference).get("text").text();
  }

  /** What is left in the folder, besides the locks of builders. */
  List<String> leftovers() throws IOException {
    try (var files = Files.list(out())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .sorted()
          .toList();
    }
  }
}
