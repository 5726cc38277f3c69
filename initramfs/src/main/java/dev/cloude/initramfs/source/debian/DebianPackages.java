package dev.cloude.initramfs.source.debian;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.ImageSource;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.tar.TarLayer;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Debian packages with all they depend on. What was fetched is kept beside the image, with the
 * versions that it turned out to be, so that a change of the agent needs no network.
 */
public final class DebianPackages implements RootSource {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String DEFAULT_SUITE = "bookworm";

  /** What of mmdebstrap's report is progress for a reader who waits. */
  private static final Pattern SHOWN =
      Pattern.compile("apt-get update|downloading|extracting|creating tarball");

  private final String language;
  private final List<String> packages;
  private final String suite;
  private final Mmdebstrap mmdebstrap;
  private final WorkFolder work;

  /**
   * @param language for messages
   */
  public DebianPackages(
      String language, ImageSource.Packages source, DebianOptions options, WorkFolder work)
      throws ImageException {
    this.language = language;
    this.packages = source.names().stream().sorted().distinct().toList();
    this.suite = suite(source, options);
    this.mmdebstrap = new Mmdebstrap(options);
    this.work = work;
  }

  private static String suite(ImageSource.Packages source, DebianOptions options)
      throws ImageException {
    Optional<String> named = options.suite().or(source::suite);
    return named.isPresent()
        ? named.get()
        : new AptSources(options.etc()).hostSuite().orElse(DEFAULT_SUITE);
  }

  @Override
  public String spec() {
    return "debian " + suite + " amd64 main: " + String.join(" ", packages);
  }

  @Override
  public Optional<Resolution> pinned(Optional<Resolution> locked) {
    Optional<Resolution> same = locked.filter(last -> last.spec().equals(spec()));
    return same.isPresent() ? same : cached();
  }

  @Override
  public RootTree open(Optional<Resolution> locked, boolean refresh) throws ImageException {
    Optional<Resolution> kept = refresh ? Optional.empty() : cached();
    Resolution resolution = kept.isPresent() ? kept.get() : fetch();
    TarLayer archive = new TarLayer(tarFile());
    try {
      FileTree tree = new FileTree();
      archive.addTo(tree, name -> name.equals(Mmdebstrap.PACKAGE_LIST));
      return new RootTree(tree, resolution, List.of(archive));
    } catch (ImageException e) {
      archive.close();
      throw e;
    }
  }

  private Path tarFile() {
    return work.cached("source.tar");
  }

  private Path lockFile() {
    return work.cached("source.json");
  }

  /** What the kept archive is, when it is what is asked for now. */
  private Optional<Resolution> cached() {
    if (!Files.isRegularFile(tarFile()) || !Files.isRegularFile(lockFile())) {
      return Optional.empty();
    }
    try {
      return Resolution.of(JSON.readTree(lockFile().toFile()))
          .filter(known -> spec().equals(known.spec()));
    } catch (IOException e) {
      work.progress().accept("the kept packages have an unreadable list and are fetched again");
      return Optional.empty();
    }
  }

  private Resolution fetch() throws ImageException {
    Path tar = work.scratch().resolve("source.tar");
    work.progress().accept("fetching " + String.join(" ", packages) + " from " + suite);
    try {
      new Command(mmdebstrap.command(suite, packages, tar))
          .progress(this::report)
          .run("fetch the packages of " + language + " (" + String.join(" ", packages) + ")");
    } catch (ImageException e) {
      throw e.getMessage().contains("unable to pick chroot mode") ? mayNot(e) : e;
    }
    Resolution resolution = Resolution.ofContents(spec(), packageVersions(tar));
    keep(tar, resolution);
    return resolution;
  }

  private ImageException mayNot(ImageException e) {
    return new ImageException(
        ImageException.Code.TOOL_FAILED,
        ("The packages of %s cannot be unpacked by this user; build as root, or install uidmap and"
                + " give the user a range in /etc/subuid and /etc/subgid.")
            .formatted(language),
        e);
  }

  /**
   * The list goes before the archive and comes after it: it never stands beside another archive.
   */
  private void keep(Path tar, Resolution resolution) throws ImageException {
    try {
      Files.deleteIfExists(lockFile());
      Files.move(tar, tarFile(), StandardCopyOption.REPLACE_EXISTING);
      Path json = work.scratch().resolve("source.json");
      JSON.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), resolution);
      Files.move(json, lockFile(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT,
          "The packages of %s could not be kept as %s (%s); make room or choose another --output."
              .formatted(language, tarFile(), e.getMessage()),
          e);
    }
  }

  private List<String> packageVersions(Path tar) throws ImageException {
    FileTree tree = new FileTree();
    try (TarLayer archive = new TarLayer(tar)) {
      archive.addTo(tree, name -> !name.equals(Mmdebstrap.PACKAGE_LIST));
      if (tree.find(Mmdebstrap.PACKAGE_LIST).orElse(null) instanceof Node.RegularFile list) {
        try (InputStream in = list.content().open()) {
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          return text.lines().map(DebianPackages::packageVersion).toList();
        }
      }
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE, "The archive " + tar + " could not be read.", e);
    }
    throw new ImageException(
        ImageException.Code.SOURCE,
        "mmdebstrap did not say which packages it unpacked for %s; version 1.0 or newer is needed."
            .formatted(language));
  }

  /** {@code zlib1g_1%3a1.2_amd64.deb} is {@code zlib1g 1:1.2 amd64}. */
  static String packageVersion(String file) {
    return file.replaceFirst("\\.deb$", "").replace('_', ' ').replace("%3a", ":");
  }

  private void report(String line) {
    boolean step = line.startsWith("I: ") && SHOWN.matcher(line).find();
    if (step || line.startsWith("E: ")) {
      work.progress().accept(step ? line.substring("I: ".length()) : line);
    }
  }
}
