package dev.cloude.initramfs.source.debian;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of mmdebstrap(1) that unpacks packages into a tar archive. */
final class Mmdebstrap {
  /** Where the archive names the packages it was made of. */
  static final String PACKAGE_LIST = ".cloude-packages";

  /**
   * Nothing in the tree is ever run, so neither mounts nor devices are needed; without them the
   * program works for root in a container that may do neither.
   */
  private static final String SKIPPED =
      "check/canmount,chroot/mount,output/dev,cleanup/apt/lists,cleanup/apt/cache";

  /** Debian packages expect merged /usr, which no package's files but a script would set up. */
  private static final String MERGE_USR =
      "set -e; for d in bin sbin lib lib64; do mkdir -p \"$1/usr/$d\"; ln -s \"usr/$d\" \"$1/$d\"; done";

  /** Names of packages as files: {@code NAME_VERSION_ARCH.deb}, the version's colon as %3a. */
  private static final String LIST_PACKAGES =
      "set -e; cd \"$1\"; (cd var/cache/apt/archives; ls *.deb) > "
          + PACKAGE_LIST
          + "; rm -rf var/cache/apt var/lib/apt";

  private static final Path DEBIAN_KEYRING =
      Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

  private final DebianOptions options;

  Mmdebstrap(DebianOptions options) {
    this.options = options;
  }

  List<String> command(String suite, List<String> packages, Path tar) throws ImageException {
    List<String> words = new ArrayList<>();
    words.add(program());
    words.add("--variant=extract");
    words.add("--architectures=amd64");
    words.add("--format=tar");
    words.add("--include=" + String.join(",", packages));
    words.add("--aptopt=Acquire::Languages \"none\"");
    words.add("--skip=" + SKIPPED);
    words.add("--setup-hook=" + MERGE_USR);
    words.add("--extract-hook=" + LIST_PACKAGES);
    words.add(suite);
    words.add(tar.toString());
    words.addAll(mirrors(suite));
    return words;
  }

  private String program() throws ImageException {
    if (options.mmdebstrap().contains("/")) {
      return options.mmdebstrap();
    }
    return Command.find(options.mmdebstrap())
        .map(Path::toString)
        .orElseThrow(
            () ->
                new ImageException(
                    ImageException.Code.TOOL_MISSING,
                    "mmdebstrap, which fetches Debian packages, is not installed; run \"apt-get"
                        + " install mmdebstrap\", or use an OCI layout folder as base_image."));
  }

  private List<String> mirrors(String suite) throws ImageException {
    if (!options.mirrors().isEmpty()) {
      return options.mirrors();
    }
    List<String> lines = new AptSources(options.etc()).linesFor(suite);
    if (lines.isEmpty() && !Files.isReadable(DEBIAN_KEYRING)) {
      throw new ImageException(
          ImageException.Code.TOOL_MISSING,
          "The keys of the Debian archive (%s) are not installed; run \"apt-get install"
                  .formatted(DEBIAN_KEYRING)
              + " debian-archive-keyring\", or give --mirror \"deb [signed-by=FILE] URL SUITE"
              + " main\".");
    }
    return lines;
  }
}
