package dev.cloude.initramfs.source.debian;

import java.util.Optional;

/**
 * One archive that the host installs from.
 *
 * @param uri base address
 * @param suite for example {@code bookworm-updates}
 * @param signedBy keyring file that must have signed it, if the host says so
 */
record AptSource(String uri, String suite, Optional<String> signedBy) {

  /** In the one-line form of sources.list(5), with the component that holds free software. */
  String line(String otherSuite) {
    String options = signedBy.map(keyring -> "[signed-by=" + keyring + "] ").orElse("");
    return "deb " + options + uri + " " + otherSuite + " main";
  }
}
