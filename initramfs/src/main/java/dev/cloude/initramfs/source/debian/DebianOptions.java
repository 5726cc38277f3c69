package dev.cloude.initramfs.source.debian;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What holds for every image made of Debian packages.
 *
 * @param suite release that overrides the catalogue's
 * @param mirrors archives (addresses, or lines of sources.list) instead of the host's
 * @param etc the host's {@code /etc}
 * @param mmdebstrap name or path of the program
 */
public record DebianOptions(
    Optional<String> suite, List<String> mirrors, Path etc, String mmdebstrap) {

  /** Everything as the host has it. */
  public static DebianOptions ofHost(Optional<String> suite, List<String> mirrors) {
    return new DebianOptions(suite, List.copyOf(mirrors), Path.of("/etc"), "mmdebstrap");
  }
}
