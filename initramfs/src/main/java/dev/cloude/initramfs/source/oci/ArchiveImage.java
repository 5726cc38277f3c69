package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image in one file: {@code docker-archive:FILE[:NAME:TAG]} as {@code docker save} writes it, or
 * {@code oci-archive:FILE[:TAG]}, a layout folder as a tar archive.
 */
public final class ArchiveImage implements RootSource {
  private static final List<String> TRANSPORTS = List.of("docker-archive:", "oci-archive:");

  private final String transport;
  private final Path file;

  /** With its colon, or empty. */
  private final String name;

  private final FileDigests digests;
  private final Skopeo skopeo;
  private final WorkFolder work;

  /**
   * @param language for messages
   * @param reference as in the catalogue
   * @param base what a relative FILE is relative to
   */
  public ArchiveImage(
      String language,
      String reference,
      Path base,
      SkopeoOptions options,
      FileDigests digests,
      WorkFolder work) {
    this.transport = TRANSPORTS.stream().filter(reference::startsWith).findFirst().orElseThrow();
    String rest = reference.substring(transport.length());
    int colon = Files.isRegularFile(base.resolve(rest)) ? -1 : rest.indexOf(':');
    this.file = base.resolve(colon < 0 ? rest : rest.substring(0, colon)).normalize();
    this.name = colon < 0 ? "" : rest.substring(colon);
    this.digests = digests;
    this.skopeo = new Skopeo(options, language);
    this.work = work;
  }

  /** Whether a catalogue's {@code base_image} means such an archive. */
  public static boolean accepts(String reference) {
    return TRANSPORTS.stream().anyMatch(reference::startsWith);
  }

  @Override
  public String spec() {
    return transport + file + name;
  }

  /** The file is at hand: what is locked does not count. */
  @Override
  public Optional<Resolution> pinned(Optional<Resolution> locked) throws ImageException {
    return Optional.of(new Resolution(spec(), digest().toString(), List.of()));
  }

  @Override
  public RootTree open(Optional<Resolution> locked, boolean refresh) throws ImageException {
    Digest archive = digest();
    return new KeptLayout(work, archive)
        .open(spec(), archive, (layout, tag) -> unpack(archive, layout, tag));
  }

  private Digest digest() throws ImageException {
    return new Digest("sha256", digests.sha256(file));
  }

  private void unpack(Digest archive, Path layout, String tag) throws ImageException {
    work.progress().accept("unpacking " + file);
    skopeo.copy(spec(), Optional.empty(), layout, tag, work);
    if (!digest().equals(archive)) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "The archive %s has changed while it was read; build again.".formatted(file));
    }
  }
}
