package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.BuildRequest;
import dev.cloude.initramfs.image.BuiltImage;
import dev.cloude.initramfs.image.ImageBuilder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
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
  @Mixin private ImageOptions options = new ImageOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private RefreshOptions refresh = new RefreshOptions();

  @Option(
      names = "--language",
      paramLabel = "NAME",
      description = "build only this one (repeatable); default: all")
  private List<String> languages = new ArrayList<>();

  @Option(
      names = "--present",
      description = "build only images of which there is one already, though out of date")
  private boolean present;

  @Override
  public Integer call() throws CatalogueException, ImageException {
    PrintWriter err = spec.commandLine().getErr();
    Collection<Language> owners = options.folder().owners(languages);
    BuildRequest request = options.request(refresh.age());
    return build(
        new ImageBuilder(request, options.sources(registries.skopeo()), err::println), owners);
  }

  /** One image that fails does not keep the others from being built. */
  private int build(ImageBuilder builder, Collection<Language> owners) {
    PrintWriter err = spec.commandLine().getErr();
    int exitCode = ExitCode.OK;
    if (options.compression().isDisk()) {
      try {
        print(builder.buildStart());
      } catch (ImageException e) {
        err.println("start: " + e.getMessage());
        return ExitCode.SOFTWARE;
      }
    }
    for (Language owner : owners) {
      if (present && !isPresent(owner)) {
        continue;
      }
      try {
        long start = System.nanoTime();
        BuiltImage image = builder.build(owner);
        err.println(
            owner.name()
                + ": "
                + Sizes.summary(image, Duration.ofNanos(System.nanoTime() - start)));
        print(image);
      } catch (ImageException e) {
        err.println(owner.name() + ": " + e.getMessage());
        exitCode = ExitCode.SOFTWARE;
      }
    }
    return exitCode;
  }

  private boolean isPresent(Language owner) {
    return Files.isRegularFile(owner.imageFile(options.folder().output()))
        || Files.isRegularFile(owner.diskFile(options.folder().output()));
  }

  private void print(BuiltImage image) {
    spec.commandLine()
        .getOut()
        .println(
            "%s %s %s %d"
                .formatted(
                    image.name(), image.built() ? "built" : "reused", image.file(), image.bytes()));
  }
}
