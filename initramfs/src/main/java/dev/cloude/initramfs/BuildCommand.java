package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.BuildRequest;
import dev.cloude.initramfs.image.BuiltImage;
import dev.cloude.initramfs.image.Compression;
import dev.cloude.initramfs.image.ImageBuilder;
import dev.cloude.initramfs.image.RootSources;
import dev.cloude.initramfs.source.debian.DebianOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Builds the images of a catalogue. Progress goes to standard error; standard output has one line
 * per image: {@code NAME built|reused PATH BYTES}.
 */
@Command(
    name = "build",
    description = "Builds the images that are missing or out of date.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

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
      names = "--language",
      paramLabel = "NAME",
      description = "build only this one (repeatable); default: all")
  private List<String> languages = new ArrayList<>();

  @Option(
      names = "--compression",
      paramLabel = "none|lz4|zstd|gzip|erofs",
      description = "of archives; erofs: disks, and the archive that starts guests from them")
  private Compression compression = Compression.NONE;

  @Option(names = "--refresh", description = "look for newer packages and images")
  private boolean refresh;

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

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try {
      SortedMap<String, Language> owners = owners(Catalogue.load(catalogue));
      Path base = catalogue.toAbsolutePath().normalize().getParent();
      RootSources sources = new RootSources(base, DebianOptions.ofHost(suite, mirrors), "skopeo");
      BuildRequest request = new BuildRequest(output, agent, init, modules, compression, refresh);
      return build(new ImageBuilder(request, sources, err::println), owners);
    } catch (CatalogueException e) {
      err.println(e.getMessage());
      return ExitCode.USAGE;
    } catch (ImageException e) {
      err.println(e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  /** One image that fails does not keep the others from being built. */
  private int build(ImageBuilder builder, SortedMap<String, Language> owners) {
    PrintWriter err = spec.commandLine().getErr();
    int exitCode = ExitCode.OK;
    if (compression.isDisk()) {
      try {
        print(builder.buildStart());
      } catch (ImageException e) {
        err.println("start: " + e.getMessage());
        return ExitCode.SOFTWARE;
      }
    }
    for (Language owner : owners.values()) {
      try {
        BuiltImage image = builder.build(owner);
        print(image);
      } catch (ImageException e) {
        err.println(owner.name() + ": " + e.getMessage());
        exitCode = ExitCode.SOFTWARE;
      }
    }
    return exitCode;
  }

  private void print(BuiltImage image) {
    spec.commandLine()
        .getOut()
        .printf(
            "%s %s %s %d%n",
            image.name(), image.built() ? "built" : "reused", image.file(), image.bytes());
  }

  /** The languages that own the images of those that were asked for, by name. */
  private SortedMap<String, Language> owners(Catalogue known) throws CatalogueException {
    List<Language> wanted = new ArrayList<>();
    for (String name : languages.isEmpty() ? known.names() : languages) {
      wanted.add(
          known
              .find(name)
              .orElseThrow(
                  () ->
                      new CatalogueException(
                          CatalogueException.Code.BAD_ENTRY,
                          "The language \"%s\" is not in %s, which has %s."
                              .formatted(name, catalogue, String.join(", ", known.names())))));
    }
    SortedMap<String, Language> owners = new TreeMap<>();
    for (Language language : wanted) {
      known.find(language.imageName()).ifPresent(owner -> owners.put(owner.name(), owner));
    }
    return owners;
  }
}
