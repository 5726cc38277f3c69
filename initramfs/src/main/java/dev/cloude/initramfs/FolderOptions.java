package dev.cloude.initramfs;

import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Which images there are to be, and where they are; the same for all commands. */
final class FolderOptions {
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

  Path catalogue() {
    return catalogue;
  }

  Path output() {
    return output;
  }

  /**
   * The languages that own the images of those that were asked for, sorted by name.
   *
   * @param names as the user wrote them; empty for all
   */
  Collection<Language> owners(List<String> names) throws CatalogueException {
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
