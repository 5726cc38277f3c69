package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.ImageInventory;
import dev.cloude.initramfs.image.ImageMeta;
import dev.cloude.initramfs.image.ImageStatus;
import dev.cloude.initramfs.image.SourceLock;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** All that is known of one image; reads the whole image to see that it is undamaged. */
@Command(
    name = "inspect",
    description = "Says what an image was made of and how it differs from the one before it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ImageOptions options = new ImageOptions();

  @Parameters(paramLabel = "LANGUAGE", description = "name or alias")
  private String language;

  @Override
  public Integer call() throws CatalogueException, ImageException {
    ImageInventory inventory = options.inventory();
    Language owner = options.folder().owners(List.of(language)).iterator().next();
    boolean current = true;
    for (ImageStatus status : inventory.statusByReading(owner)) {
      print(status);
      current &= status.state() == ImageStatus.State.CURRENT;
    }
    return current ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void print(ImageStatus status) {
    line("image", status.image().toString());
    line("state", status.state() + (status.building() ? ", being built" : ""));
    status.changes().forEach(change -> line("out of date", change));
    status.failure().ifPresent(reason -> line("last build failed", reason));
    status.lock().ifPresent(this::print);
    status.meta().ifPresent(this::print);
  }

  private void print(SourceLock lock) {
    line("source", lock.source().spec());
    line("locked to", lock.source().digest());
    line("asked at", lock.checkedAt());
  }

  private void print(ImageMeta meta) {
    line("size", Sizes.mib(meta.bytes()) + " (" + meta.bytes() + " bytes)");
    if (meta.bytesBefore() > 0) {
      line("size before", Sizes.mib(meta.bytesBefore()));
    }
    line("sha256", meta.sha256());
    line("built at", meta.builtAt());
    line("fingerprint", meta.fingerprint());
    meta.changes().forEach(change -> line("changed then", change));
    new TreeMap<>(meta.inputs()).forEach((name, digest) -> line("input", name + " " + digest));
    meta.source().contents().forEach(content -> line("contains", content));
  }

  private void line(String name, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("%-18s %s".formatted(name, value));
  }
}
