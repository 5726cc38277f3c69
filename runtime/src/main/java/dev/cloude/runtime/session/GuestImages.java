package dev.cloude.runtime.session;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The kernel, the language catalogue, and the languages' images. Files are looked at when they are
 * asked for, so that one that is built later is found without a restart; the catalogue is read
 * once.
 */
public final class GuestImages {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path kernel;
  private final ImageSettings settings;
  private final boolean disks;

  /** Guarded by this; null until it could be read. */
  private Catalogue catalogue;

  /**
   * @param disks whether this node's driver has disks
   */
  public GuestImages(VmSettings vms, ImageSettings settings, boolean disks) {
    this.kernel = vms.kernel();
    this.settings = settings;
    this.disks = disks;
  }

  /**
   * The kernel for every guest.
   *
   * @throws PlatformException when the file is missing
   */
  public Path kernel() throws PlatformException {
    if (!Files.isReadable(kernel) || !Files.isRegularFile(kernel)) {
      throw new PlatformException(
          Code.KERNEL_MISSING,
          "The guest kernel "
              + kernel
              + " is missing or cannot be read; set VM_KERNEL_PATH to a bzImage or vmlinux.");
    }
    return kernel;
  }

  /**
   * A language's entry.
   *
   * @param name not an alias
   * @throws PlatformException when the catalogue cannot be used or has no such language
   */
  public Language language(String name) throws PlatformException {
    return catalogue()
        .find(name)
        .orElseThrow(
            () ->
                new PlatformException(
                    Code.IMAGE_MISSING,
                    "The language \"%s\" is not in the catalogue %s of this node."
                        .formatted(name, settings.catalogue())));
  }

  /**
   * Makes sure that a language has an image.
   *
   * @throws PlatformException when a file is missing or was not finished
   */
  public void require(Language language) throws PlatformException {
    image(language);
  }

  /** As {@link #require}, and gives the files. */
  GuestImage image(Language language) throws PlatformException {
    Path folder = settings.directory();
    Path archive = language.imageFile(folder);
    Path disk = language.diskFile(folder);
    Path start = Language.startArchive(folder);
    switch (settings.root()) {
      case MEMORY:
        return new GuestImage(finished(language, archive), Optional.empty());
      case DISK:
        if (!disks) {
          throw new PlatformException(
              Code.IMAGE_MISSING,
              "VM_ROOT=disk cannot be used: this node's driver has no disks; set VM_ROOT=memory.");
        }
        return new GuestImage(finished(language, start), Optional.of(finished(language, disk)));
      default:
        return disks && Language.isFinished(disk) && Language.isFinished(start)
            ? new GuestImage(start, Optional.of(disk))
            : new GuestImage(finished(language, archive), Optional.empty());
    }
  }

  private Path finished(Language language, Path image) throws PlatformException {
    if (!Language.isFinished(image)) {
      throw new PlatformException(
          Code.IMAGE_MISSING,
          "The image of %s (%s) is missing%s"
              .formatted(
                  language.name(),
                  image,
                  failure(language)
                      .map(reason -> "; its last build failed: " + reason)
                      .orElse(", or is still being built; build it into VM_INITRAMFS_DIR.")));
    }
    return image;
  }

  /**
   * The languages whose images are missing; empty when all are built.
   *
   * @throws PlatformException when the catalogue cannot be used
   */
  public List<String> missing() throws PlatformException {
    List<String> missing = new ArrayList<>();
    for (Language language : catalogue().languages()) {
      if (!isBuilt(language)) {
        missing.add(language.name());
      }
    }
    return missing;
  }

  /** All files that VMs can be started from now, the kernel first, each once. */
  public Set<Path> files() {
    Set<Path> files = new LinkedHashSet<>();
    try {
      files.add(kernel());
      for (Language language : catalogue().languages()) {
        if (isBuilt(language)) {
          GuestImage image = image(language);
          files.add(image.initrd());
          image.disk().ifPresent(files::add);
        }
      }
    } catch (PlatformException e) {
      return files;
    }
    return files;
  }

  private boolean isBuilt(Language language) {
    try {
      require(language);
      return true;
    } catch (PlatformException e) {
      return false;
    }
  }

  /**
   * The language with the smallest image, or any when none has one; empty when the catalogue cannot
   * be used.
   */
  public Optional<Language> smallest() {
    try {
      return catalogue().languages().stream().min(Comparator.comparingLong(this::imageBytes));
    } catch (PlatformException e) {
      return Optional.empty();
    }
  }

  private long imageBytes(Language language) {
    try {
      GuestImage image = image(language);
      return image.disk().orElse(image.initrd()).toFile().length();
    } catch (PlatformException e) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Why the last build of an image failed, by language. Where there was an image before, that one
   * stays in use.
   *
   * @throws PlatformException when the catalogue cannot be used
   */
  public SortedMap<String, String> failures() throws PlatformException {
    SortedMap<String, String> failures = new TreeMap<>();
    for (Language language : catalogue().languages()) {
      failure(language).ifPresent(reason -> failures.put(language.name(), reason));
    }
    return failures;
  }

  /** How many languages there are. */
  public int count() throws PlatformException {
    return catalogue().names().size();
  }

  private Optional<String> failure(Language language) {
    for (Path file : language.failureFiles(settings.directory())) {
      try {
        if (Files.isRegularFile(file)) {
          return Optional.of(JSON.readTree(file.toFile()).path("message").asText());
        }
      } catch (IOException goneAgain) {
        continue;
      }
    }
    return Optional.empty();
  }

  private synchronized Catalogue catalogue() throws PlatformException {
    if (catalogue == null) {
      try {
        catalogue = Catalogue.load(settings.catalogue());
      } catch (CatalogueException e) {
        throw new PlatformException(Code.IMAGE_MISSING, e.getMessage(), e);
      }
    }
    return catalogue;
  }
}
