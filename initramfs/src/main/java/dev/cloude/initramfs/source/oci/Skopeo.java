package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.process.FolderSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls skopeo(1), which speaks with registries and reads archives of images. */
final class Skopeo {
  /** How often a transfer that broke off is tried again; skopeo itself only does other calls. */
  private static final int RETRIES = 2;

  private final SkopeoOptions options;

  /** For messages. */
  private final String language;

  Skopeo(SkopeoOptions options, String language) {
    this.options = options;
    this.language = language;
  }

  /**
   * What a reference stands for now: the digest of the index, or of the manifest where there is no
   * index, as the registry has it.
   */
  Digest digest(ImageReference reference, Path scratch) throws ImageException {
    Path manifest = scratch.resolve("manifest.json");
    List<String> words = words(reference.address(), "inspect");
    words.add("--raw");
    words.addAll(access("--", reference));
    words.add(reference.address());
    try {
      new Command(words)
          .to(manifest)
          .patience(options.patience(), FolderSize.of(manifest))
          .run("ask for " + reference.address() + " of " + language);
      return Digest.sha256(Files.newInputStream(manifest));
    } catch (ImageException e) {
      throw SkopeoFailure.explained(e, reference.address());
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT, manifest + " cannot be read; build again.", e);
    }
  }

  /**
   * Copies an image of the guests' platform into a layout folder.
   *
   * @param source with its transport
   * @param reference what it is in a registry; empty for an archive
   * @param tag for the folder's index
   */
  void copy(
      String source,
      Optional<ImageReference> reference,
      Path layout,
      String tag,
      Consumer<String> progress)
      throws ImageException {
    List<String> words = words(source, "copy");
    words.add("--override-os=linux");
    words.add("--override-arch=amd64");
    words.add("--retry-times=" + RETRIES);
    words.add("--remove-signatures");
    // A layer is kept as it came: compressing it would only cost time.
    words.add("--dest-oci-accept-uncompressed-layers");
    if (reference.isPresent()) {
      words.addAll(access("--src-", reference.get()));
    }
    words.add(source);
    words.add("oci:" + layout + ":" + tag);
    for (int retries = RETRIES; ; retries--) {
      try {
        new Command(words)
            .progress(progress)
            .patience(options.patience(), FolderSize.of(layout))
            .run("fetch " + source + " for " + language);
        return;
      } catch (ImageException e) {
        if (retries == 0 || !SkopeoFailure.isBrokenLine(e)) {
          throw SkopeoFailure.explained(e, source);
        }
        // What has arrived whole is in the folder and does not come again.
        progress.accept("the line broke off, trying again");
      }
    }
  }

  private List<String> words(String source, String subcommand) throws ImageException {
    List<String> words = new ArrayList<>();
    words.add(program(source));
    Optional<Path> mirrors = options.mirrors(System.getenv());
    if (mirrors.isPresent()) {
      words.add("--registries-conf=" + existing(mirrors.get(), "--registries-conf", false));
    }
    words.add(subcommand);
    return words;
  }

  /** Docker asks no certificate of a registry on the same host; nor is it asked for here. */
  private List<String> access(String prefix, ImageReference reference) throws ImageException {
    List<String> words = new ArrayList<>();
    Optional<Path> credentials = options.credentials(System.getenv());
    if (credentials.isPresent()) {
      words.add("--authfile=" + existing(credentials.get(), "--auth-file", false));
    }
    if (options.certDir().isPresent()) {
      words.add(prefix + "cert-dir=" + existing(options.certDir().get(), "--cert-dir", true));
    } else if (reference.isLoopback()) {
      words.add(prefix + "tls-verify=false");
    }
    return words;
  }

  private static Path existing(Path path, String option, boolean folder) throws ImageException {
    if (folder ? Files.isDirectory(path) : Files.isReadable(path)) {
      return path.toAbsolutePath();
    }
    throw new ImageException(
        ImageException.Code.INPUT,
        "%s, given with %s, is not a readable %s; correct the path."
            .formatted(path, option, folder ? "folder" : "file"));
  }

  private String program(String source) throws ImageException {
    if (options.program().contains("/")) {
      return options.program();
    }
    return Command.find(options.program())
        .map(Path::toString)
        .orElseThrow(
            () ->
                new ImageException(
                    ImageException.Code.TOOL_MISSING,
                    ("The image \"%s\" of %s is fetched by skopeo, which is not installed; run"
                            + " \"apt-get install skopeo\", or use \"oci:DIR:TAG\" (an OCI layout"
                            + " folder) as base_image, or Debian packages.")
                        .formatted(source, language)));
  }
}
