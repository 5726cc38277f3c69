package dev.cloude.initramfs.catalog;

import java.util.List;

/** Where a language's root filesystem comes from. */
public sealed interface ImageSource {

  /**
   * Debian packages with everything they depend on.
   *
   * @param names package names, as in the catalogue
   */
  record Packages(List<String> names) implements ImageSource {
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
