package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image in a registry. What its tag stands for is asked once; from then on it is fetched by that
 * digest, whatever becomes of the tag, until somebody wants something newer.
 */
public final class RegistryImage implements RootSource {
  private final ImageReference reference;
  private final Skopeo skopeo;
  private final WorkFolder work;

  /**
   * @param language for messages
   * @param reference as in the catalogue, for example {@code python:3.11-alpine}
   */
  public RegistryImage(String language, String reference, SkopeoOptions options, WorkFolder work)
      throws ImageException {
    this.reference = ImageReference.parse(reference);
    this.skopeo = new Skopeo(options, language);
    this.work = work;
  }

  @Override
  public String spec() {
    return reference.address();
  }

  @Override
  public Optional<Resolution> pinned(Optional<Resolution> locked) {
    return reference
        .digest()
        .map(digest -> new Resolution(spec(), digest.toString(), List.of()))
        .or(() -> locked.filter(last -> last.spec().equals(spec())));
  }

  @Override
  public RootTree open(Optional<Resolution> locked, boolean refresh) throws ImageException {
    Digest wanted = wanted(locked, refresh);
    return new KeptLayout(work, wanted)
        .open(spec(), wanted, (layout, tag) -> fetch(wanted, layout, tag));
  }

  private Digest wanted(Optional<Resolution> locked, boolean refresh) throws ImageException {
    Optional<Resolution> known =
        refresh && reference.digest().isEmpty() ? Optional.empty() : pinned(locked);
    if (known.isPresent()) {
      return Digest.parse(known.get().digest(), "The lock of " + spec());
    }
    Digest now = skopeo.digest(reference, work);
    work.progress().accept(spec() + " is " + now);
    return now;
  }

  private void fetch(Digest wanted, Path layout, String tag) throws ImageException {
    String address = reference.addressOf(wanted);
    work.progress().accept("fetching " + address);
    skopeo.copy(address, Optional.of(reference), layout, tag, work);
  }
}
