package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.Pruning;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes room; standard output has one line for each thing removed: {@code BYTES PATH}. */
@Command(
    name = "prune",
    description = "Removes images that the catalogue does not name, if this builder wrote them.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PruneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private FolderOptions folder = new FolderOptions();

  @Option(
      names = "--sources",
      description = "also what was fetched for images that stay; the next change fetches again")
  private boolean sources;

  @Option(names = "--dry-run", description = "only say what would be removed")
  private boolean dryRun;

  @Override
  public Integer call() throws CatalogueException, ImageException {
    Set<String> wanted = new HashSet<>();
    for (Language owner : folder.owners(List.of())) {
      wanted.add(owner.imageBaseName());
    }
    long freed = 0;
    for (Pruning.Removed removed : new Pruning(folder.output(), sources, dryRun).prune(wanted)) {
      spec.commandLine().getOut().println(removed.bytes() + " " + removed.path());
      freed += removed.bytes();
    }
    spec.commandLine().getErr().println((dryRun ? "would free " : "freed ") + Sizes.mib(freed));
    return ExitCode.OK;
  }
}
