package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.credentials.AuthFile;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.process.FolderSize;
import dev.cloude.initramfs.source.WorkFolder;
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
  Digest digest(ImageReference reference, WorkFolder work) throws ImageException {
    String address = reference.address();
    Path manifest = work.scratch().resolve("manifest.json");
    List<String> words = words(address, "inspect");
    words.add("--raw");
    try (AuthFile credentials = credentials(reference, work)) {
      words.addAll(access("--", reference, credentials));
      words.add(address);
      Command command =
          command(words).to(manifest).patience(options.patience(), FolderSize.of(manifest));
      try {
        command.run("ask for " + address + " of " + language);
      } catch (ImageException e) {
        throw SkopeoFailure.explained(e, address, credentials.failures());
      }
      return Digest.sha256(Files.newInputStream(manifest));
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
      String source, Optional<ImageReference> reference, Path layout, String tag, WorkFolder work)
      throws ImageException {
    List<String> words = words(source, "copy");
    words.add("--override-os=linux");
    words.add("--override-arch=amd64");
    words.add("--retry-times=" + RETRIES);
    words.add("--remove-signatures");
    // A layer is kept as it came: compressing it would only cost time.
    words.add("--dest-oci-accept-uncompressed-layers");
    try (AuthFile credentials =
        reference.isPresent() ? credentials(reference.get(), work) : AuthFile.none()) {
      if (reference.isPresent()) {
        words.addAll(access("--src-", reference.get(), credentials));
      }
      words.add(source);
      words.add("oci:" + layout + ":" + tag);
      Command command =
          command(words)
              .progress(work.progress())
              .patience(options.patience(), FolderSize.of(layout));
      copy(command, source, credentials, work.progress());
    }
  }

  private void copy(Command command, String source, AuthFile credentials, Consumer<String> progress)
      throws ImageException {
    for (int retries = RETRIES; ; retries--) {
      try {
        command.run("fetch " + source + " for " + language);
        return;
      } catch (ImageException e) {
        if (retries == 0 || !SkopeoFailure.isBrokenLine(e)) {
          throw SkopeoFailure.explained(e, source, credentials.failures());
        }
        // What has arrived whole is in the folder and does not come again.
        progress.accept("the line broke off, trying again");
      }
    }
  }

  private AuthFile credentials(ImageReference reference, WorkFolder work) throws ImageException {
    return options.credentials().forRegistry(reference.registry(), work.scratch(), work.progress());
  }

  private Command command(List<String> words) {
    return new Command(words).environment(options.environment());
  }

  private List<String> words(String source, String subcommand) throws ImageException {
    List<String> words = new ArrayList<>();
    words.add(program(source));
    Optional<Path> mirrors = options.mirrors();
    if (mirrors.isPresent()) {
      words.add("--registries-conf=" + existing(mirrors.get(), "--registries-conf", false));
    }
    words.add(subcommand);
    return words;
  }

  /** Docker asks no certificate of a registry on the same host; nor is it asked for here. */
  private List<String> access(String prefix, ImageReference reference, AuthFile credentials)
      throws ImageException {
    List<String> words = new ArrayList<>();
    credentials.path().ifPresent(file -> words.add("--authfile=" + file.toAbsolutePath()));
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
