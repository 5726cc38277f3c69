package dev.cloude.initramfs.source.oci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code oci:DIR[:TAG]}.
 *
 * @param folder absolute
 */
record OciReference(Path folder, Optional<String> tag) {
  static final String PREFIX = "oci:";

  /**
   * @param base what a relative folder is relative to
   */
  static OciReference parse(String reference, Path base) {
    String rest = reference.substring(PREFIX.length());
    int colon = rest.lastIndexOf(':');
    Path whole = base.resolve(rest).normalize();
    if (colon <= 0 || colon < rest.lastIndexOf('/') || Files.isDirectory(whole)) {
      return new OciReference(whole, Optional.empty());
    }
    return new OciReference(
        base.resolve(rest.substring(0, colon)).normalize(),
        Optional.of(rest.substring(colon + 1)).filter(tag -> !tag.isEmpty()));
  }
}
