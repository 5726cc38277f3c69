package dev.cloude.initramfs.image;

import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes trees as images of the output folder, each with its description. */
final class ImageOutput {
  private final ImageFolder folder;
  private final FileDigests digests;
  private final Clock clock;

  ImageOutput(ImageFolder folder, FileDigests digests, Clock clock) {
    this.folder = folder;
    this.digests = digests;
    this.clock = clock;
  }

  /** Takes the inputs once more. */
  interface Inputs {
    ImageInputs now() throws ImageException;
  }

  /**
   * @param name what the image is called in reports
   * @param source what the tree came from
   * @param inputs of which the tree was made; an input that has changed since may be in it by half,
   *     which is refused
   */
  BuiltImage write(
      String name,
      FileTree tree,
      Compression compression,
      Resolution source,
      ImageInputs inputs,
      Inputs again,
      Path image,
      WorkFolder work)
      throws ImageException {
    Optional<ImageMeta> before = ImageMeta.read(image);
    List<String> changes = Changes.since(before, inputs, Optional.of(source));
    String file = image.getFileName().toString();
    work.progress().accept("writing " + file);
    try {
      ImageWriter.Written written = new ImageWriter(work.scratch()).write(tree, compression, file);
      ImageFolder.force(written.file());
      ImageMeta meta =
          new ImageMeta(
              ImageMeta.BUILDER,
              ImageBuilder.VERSION,
              file,
              Files.size(written.file()),
              written.unpackedBytes(),
              digests.sha256(written.file()),
              inputs.fingerprint(),
              inputs.digests(),
              source,
              clock.instant().toString(),
              changes,
              before.map(ImageMeta::bytes).orElse(0L));
      refuseChanged(name, inputs, again);
      folder.publish(written.file(), image, meta);
      digests.learn(image, meta.sha256());
      return new BuiltImage(name, true, image, meta.bytes(), changes, meta.bytesBefore());
    } catch (IOException e) {
      throw unwritable(image, e);
    }
  }

  /** What there is to say of an image that is still what would be built. */
  static BuiltImage reused(String name, Path image) throws ImageException {
    try {
      return new BuiltImage(name, false, image, Files.size(image), List.of(), 0);
    } catch (IOException e) {
      throw unwritable(image, e);
    }
  }

  private static void refuseChanged(String name, ImageInputs inputs, Inputs again)
      throws ImageException {
    Set<String> changed = inputs.differences(again.now());
    if (!changed.isEmpty()) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "%s changed while the image of %s was written; build again."
              .formatted(String.join(", ", changed), name));
    }
  }

  private static ImageException unwritable(Path image, IOException e) {
    return new ImageException(
        ImageException.Code.OUTPUT,
        "The image %s could not be written (%s); make room, or choose another --output."
            .formatted(image, e.getMessage()),
        e);
  }
}
