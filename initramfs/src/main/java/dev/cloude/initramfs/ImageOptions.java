package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.image.BuildRequest;
import dev.cloude.initramfs.image.Compression;
import dev.cloude.initramfs.image.RootSources;
import dev.cloude.initramfs.source.debian.DebianOptions;
import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** What decides an image's contents; the same for the commands that build and that compare. */
final class ImageOptions {
  @Option(
      names = "--catalogue",
      required = true,
      paramLabel = "FILE",
      description = "languages.json")
  private Path catalogue;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "folder for images")
  private Path output;

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

  Path output() {
    return output;
  }

  Compression compression() {
    return compression;
  }

  RootSources sources(SkopeoOptions skopeo) {
    Path base = catalogue.toAbsolutePath().normalize().getParent();
    return new RootSources(base, DebianOptions.ofHost(suite, mirrors), skopeo);
  }

  BuildRequest request(Optional<Duration> refreshAfter) {
    return new BuildRequest(output, agent, init, modules, compression, refreshAfter);
  }

  /**
   * The languages that own the images of those that were asked for, sorted by name.
   *
   * @param names as the user wrote them; empty for all
   */
  Collection<Language> owners(List<String> names) throws CatalogueException {
    return owners(catalogue, names);
  }

  static Collection<Language> owners(Path catalogue, List<String> names) throws CatalogueException {
    Catalogue known = Catalogue.load(catalogue);
    SortedMap<String, Language> owners = new TreeMap<>();
    for (String name : names.isEmpty() ? known.names() : names) {
      Language wanted =
          known
              .find(name)
              .orElseThrow(
                  () ->
                      new CatalogueException(
                          CatalogueException.Code.BAD_ENTRY,
                          "The language \"%s\" is not in %s, which has %s."
                              .formatted(name, catalogue, String.join(", ", known.names()))));
      known.find(wanted.imageName()).ifPresent(owner -> owners.put(owner.name(), owner));
    }
    return owners.values();
  }
}
