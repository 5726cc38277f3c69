package dev.cloude.initramfs;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.BuildRequest;
import dev.cloude.initramfs.image.Compression;
import dev.cloude.initramfs.image.ImageInventory;
import dev.cloude.initramfs.image.RootSources;
import dev.cloude.initramfs.source.debian.DebianOptions;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What decides an image's contents; the same for the commands that build and that compare. */
final class ImageOptions {
  @Mixin private FolderOptions folder = new FolderOptions();

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "FILE",
      description = "the guest's agent")
  private Path agent;

  @Option(names = "--init", paramLabel = "FILE", description = "start script; default: the agent")
  private Optional<Path> init = Optional.empty();

  @Option(
      names = "--modules",
      paramLabel = "DIR",
      description = "kernel modules (*.ko) with a file \"order\"; default: none")
  private Optional<Path> modules = Optional.empty();

  @Option(
      names = "--compression",
      paramLabel = "none|lz4|zstd|gzip|erofs",
      description =
          "of archives; erofs: disks, and the archive that starts guests from them; default: ${DEFAULT-VALUE}")
  private Compression compression = Compression.NONE;

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description = "Debian release, instead of the catalogue's")
  private Optional<String> suite = Optional.empty();

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Debian archive, instead of the host's (repeatable; or a sources.list line)")
  private List<String> mirrors = new ArrayList<>();

  FolderOptions folder() {
    return folder;
  }

  Compression compression() {
    return compression;
  }

  RootSources sources(SkopeoOptions skopeo) {
    Path base = folder.catalogue().toAbsolutePath().normalize().getParent();
    return new RootSources(base, DebianOptions.ofHost(suite, mirrors), skopeo);
  }

  /** What looks at the images, and asks nobody on the network. */
  ImageInventory inventory() throws ImageException {
    return new ImageInventory(request(Optional.empty()), sources(SkopeoOptions.ofHost()));
  }

  BuildRequest request(Optional<Duration> refreshAfter) {
    return new BuildRequest(folder.output(), agent, init, modules, compression, refreshAfter);
  }
}
