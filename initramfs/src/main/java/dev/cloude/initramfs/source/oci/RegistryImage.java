package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image in a registry, fetched by skopeo into an OCI layout folder beside the built image.
 * Credentials, mirrors and certificates are skopeo's own configuration.
 */
public final class RegistryImage implements RootSource {
  private static final String TAG = "image";

  private final String language;
  private final String reference;
  private final String skopeo;
  private final WorkFolder work;

  /**
   * @param language for messages
   * @param reference as in the catalogue, for example {@code python:3.11-alpine}
   * @param skopeo name or path of the program
   */
  public RegistryImage(String language, String reference, String skopeo, WorkFolder work) {
    this.language = language;
    this.reference = reference;
    this.skopeo = skopeo;
    this.work = work;
  }

  @Override
  public String spec() {
    return "docker://" + reference;
  }

  @Override
  public Optional<Resolution> pinned(Optional<Resolution> lastBuilt) throws ImageException {
    Optional<Resolution> same = lastBuilt.filter(last -> last.spec().equals(spec()));
    return same.isPresent() ? same : cached();
  }

  @Override
  public RootTree open(boolean refresh) throws ImageException {
    if (refresh || cached().isEmpty()) {
      fetch();
    }
    OciLayout layout = new OciLayout(folder());
    Descriptor manifest = layout.manifest(Optional.of(tag()));
    return OciImage.open(layout, manifest, OciImage.resolution(spec(), manifest), work);
  }

  private Path folder() {
    return work.cached("source.oci");
  }

  /** The reference is part of the tag, so that another reference never finds this one's image. */
  private String tag() {
    return TAG + "-" + Resolution.ofContents(spec(), List.of(reference)).digest().substring(7, 23);
  }

  private Optional<Resolution> cached() throws ImageException {
    if (!Files.isRegularFile(folder().resolve("index.json"))) {
      return Optional.empty();
    }
    try {
      Descriptor manifest = new OciLayout(folder()).manifest(Optional.of(tag()));
      return Optional.of(OciImage.resolution(spec(), manifest));
    } catch (ImageException absent) {
      work.progress().accept(reference + " is not at hand and will be fetched");
      return Optional.empty();
    }
  }

  private void fetch() throws ImageException {
    work.progress().accept("fetching " + reference);
    new Command(
            List.of(
                program(),
                "copy",
                "--override-os=linux",
                "--override-arch=amd64",
                spec(),
                "oci:" + folder() + ":" + tag()))
        .progress(work.progress())
        .run("fetch " + reference + " for " + language);
  }

  private String program() throws ImageException {
    if (skopeo.contains("/")) {
      return skopeo;
    }
    return Command.find(skopeo)
        .map(Path::toString)
        .orElseThrow(
            () ->
                new ImageException(
                    ImageException.Code.TOOL_MISSING,
                    ("The image \"%s\" of %s is in a registry, and skopeo, which fetches it, is not"
                            + " installed; run \"apt-get install skopeo\", or use"
                            + " \"oci:DIR:TAG\" (an OCI layout folder) as base_image, or Debian"
                            + " packages.")
                        .formatted(reference, language)));
  }
}
