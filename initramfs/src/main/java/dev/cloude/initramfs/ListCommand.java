package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.Changes;
import dev.cloude.initramfs.image.ImageInventory;
import dev.cloude.initramfs.image.ImageStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * How the catalogue's images stand, one line each: {@code NAME VERSION STATE FORM SIZE DETAIL}.
 * Asks nobody on the network.
 */
@Command(
    name = "list",
    description = "Says which images are current; exit code 1 when one is not.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ImageOptions options = new ImageOptions();

  @Override
  public Integer call() throws CatalogueException, ImageException {
    PrintWriter out = spec.commandLine().getOut();
    ImageInventory inventory = options.inventory();
    boolean current = true;
    for (Language owner : options.folder().owners(List.of())) {
      for (ImageStatus status : inventory.status(owner)) {
        out.println(line(owner.name(), owner.version(), status));
        current &= status.state() == ImageStatus.State.CURRENT;
      }
    }
    Optional<ImageStatus> start = inventory.start();
    if (start.isPresent()) {
      out.println(line("(start)", "-", start.get()));
      current &= start.get().state() == ImageStatus.State.CURRENT;
    }
    return current ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String line(String name, String version, ImageStatus status) {
    String size = status.meta().map(meta -> Sizes.mib(meta.bytes())).orElse("-");
    String detail =
        status.changes().isEmpty() ? "" : "changed: " + Changes.text(status.changes()) + " ";
    String file = status.image().getFileName().toString();
    return "%-10s %-8s %-8s %-12s %12s %s%s%s"
        .formatted(
            name,
            version,
            status.state(),
            status.meta().isPresent() ? file.replaceFirst(".*\\.(cpio|erofs)", "$1") : "-",
            size,
            detail,
            status.building() ? "being built " : "",
            status.failure().map(reason -> "last build failed: " + reason).orElse(""))
        .stripTrailing();
  }
}
