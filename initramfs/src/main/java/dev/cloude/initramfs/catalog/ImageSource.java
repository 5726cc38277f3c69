package dev.cloude.initramfs.catalog;

import java.util.List;
import java.util.Optional;

/** Where a language's root filesystem comes from. */
public sealed interface ImageSource {

  /**
   * Debian packages with everything they depend on.
   *
   * @param names package names, as in the catalogue
   * @param suite release that the names and the language's version belong to, for example {@code
   *     bookworm}; empty for the building host's
   */
  record Packages(List<String> names, Optional<String> suite) implements ImageSource {
    public Packages {
      names = List.copyOf(names);
    }
  }

  /**
   * An OCI image.
   *
   * @param reference {@code oci:DIR[:TAG]} for a layout folder, else a registry reference
   */
  record BaseImage(String reference) implements ImageSource {}

  /**
   * The image of another entry.
   *
   * @param language that entry's name
   */
  record SharedImage(String language) implements ImageSource {}
}
