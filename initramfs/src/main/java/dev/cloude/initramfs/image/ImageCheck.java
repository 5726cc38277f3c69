package dev.cloude.initramfs.image;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares images with what would be built now. */
final class ImageCheck {
  private final GuestFiles guestFiles;

  ImageCheck(GuestFiles guestFiles) {
    this.guestFiles = guestFiles;
  }

  /** Everything that goes into an image. */
  ImageInputs inputs(Language owner, Compression form, Resolution resolution, FileDigests digests)
      throws ImageException {
    ImageInputs.Collector inputs = new ImageInputs.Collector(digests);
    inputs.text("builder", ImageBuilder.VERSION);
    inputs.text("compression", form.toString());
    inputs.text("source", resolution.spec());
    inputs.text("source contents", resolution.digest());
    inputs.text("left out", String.join("\n", exclusions(owner)));
    guestFiles.describe(owner, form, inputs);
    return inputs.done();
  }

  /** Everything that goes into the archive that starts guests from disks. */
  ImageInputs startInputs(FileDigests digests) throws ImageException {
    ImageInputs.Collector inputs = new ImageInputs.Collector(digests);
    inputs.text("builder", ImageBuilder.VERSION);
    guestFiles.describeStart(inputs);
    return inputs.done();
  }

  static List<String> exclusions(Language owner) {
    List<String> patterns = new ArrayList<>(RootSources.exclusions(owner.source()));
    patterns.addAll(owner.exclude());
    return patterns;
  }

  /** Whether the image is whole and was made of these inputs. */
  static boolean isCurrent(
      Optional<ImageMeta> meta, Path image, ImageInputs inputs, FileDigests digests)
      throws ImageException {
    return meta.isPresent()
        && meta.get().fingerprint().equals(inputs.fingerprint())
        && isWhole(meta.get(), image, digests);
  }

  /** Whether an image still is what was written: it is read again if it may have changed. */
  static boolean isWhole(ImageMeta meta, Path image, FileDigests digests) throws ImageException {
    return meta.describes(image) && digests.sha256(image).equals(meta.sha256());
  }

  /** Why an image that is not current is built. */
  static String reason(Optional<ImageMeta> meta, Path image, ImageInputs inputs) {
    if (meta.isEmpty() || !Files.isRegularFile(image)) {
      return "building, there is no finished image yet";
    }
    List<String> changes = Changes.since(meta, inputs, Optional.empty());
    return changes.isEmpty()
        ? "building again, the image file is damaged"
        : "building again, changed: " + Changes.text(changes);
  }
}
