package dev.cloude.initramfs.image;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.catalog.Version;
import dev.cloude.initramfs.cpio.CpioWriter;
import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.tree.ExcludeRules;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Builds images, and keeps those that are still what would be built. */
public final class ImageBuilder {
  /** Raise with every change of what goes into an image, or of how it is written. */
  static final String VERSION = "2";

  private static final int BUFFER_BYTES = 1 << 20;

  private final BuildRequest request;
  private final RootSources sources;
  private final ImageFolder folder;
  private final GuestFiles guestFiles;
  private final ImageCheck check;
  private final Consumer<String> progress;
  private final Clock clock = Clock.systemUTC();

  /** What one image's build has learnt is as good for the next: they share agent and modules. */
  private final FileDigests digests = new FileDigests();

  /**
   * @param progress gets one line at a time
   * @throws ImageException when an input is missing or the output folder cannot be made
   */
  public ImageBuilder(BuildRequest request, RootSources sources, Consumer<String> progress)
      throws ImageException {
    this.request = request;
    this.sources = sources;
    this.guestFiles = new GuestFiles(request.agent(), request.init(), request.modules());
    this.check = new ImageCheck(request, guestFiles);
    this.folder = new ImageFolder(request.output());
    this.progress = progress;
  }

  /**
   * Makes sure that a language's image is there and right.
   *
   * @param owner a language with an image of its own
   * @throws ImageException when it could not be built; the image that was there is still there
   */
  public BuiltImage build(Language owner) throws ImageException {
    String baseName = owner.imageBaseName();
    Consumer<String> report = line -> progress.accept(owner.name() + ": " + line);
    Runnable onWait = () -> report.accept("waiting for another builder of this image");
    ImageLock lock = ImageLock.lock(folder.lockFile(baseName), onWait);
    try {
      WorkFolder work = new WorkFolder(folder.freshWork(baseName), folder.cache(baseName), report);
      digests.load(folder.digests(baseName));
      BuiltImage image = build(owner, work);
      folder.saveDigests(baseName, digests, work.scratch());
      folder.forgetFailure(baseName);
      folder
          .removeSuperseded(owner.name(), Version.of(owner.version()), request.compression())
          .forEach(old -> report.accept("removed " + old + ", which this image replaces"));
      return image;
    } catch (ImageException e) {
      folder.noteFailure(baseName, e, clock.instant());
      throw e;
    } finally {
      try {
        folder.discardWork(baseName);
      } finally {
        lock.close();
      }
    }
  }

  private BuiltImage build(Language owner, WorkFolder work) throws ImageException {
    Path image = folder.image(owner.imageBaseName(), request.compression());
    Optional<ImageMeta> meta = ImageMeta.read(image);
    Optional<SourceLock> lock = SourceLock.read(folder.sourceLock(owner.imageBaseName()));
    Optional<Resolution> locked = lock.map(SourceLock::source);
    RootSource source = sources.of(owner, digests, work);
    boolean refresh = isDue(lock);
    Optional<Resolution> pinned = refresh ? Optional.empty() : source.pinned(locked);
    if (pinned.isPresent()) {
      ImageInputs inputs = check.inputs(owner, pinned.get(), digests);
      if (ImageCheck.isCurrent(meta, image, inputs, digests)) {
        return reused(owner, image);
      }
      work.progress().accept(ImageCheck.reason(meta, image, inputs));
    }
    try (RootTree root = source.open(locked, refresh)) {
      Resolution found = root.resolution();
      if (refresh || !locked.equals(Optional.of(found))) {
        folder.keepLock(
            owner.imageBaseName(), SourceLock.of(found, clock.instant()), work.scratch());
      }
      ImageInputs inputs = check.inputs(owner, found, digests);
      return ImageCheck.isCurrent(meta, image, inputs, digests)
          ? reused(owner, image)
          : write(owner, root, inputs, image, work);
    }
  }

  private boolean isDue(Optional<SourceLock> lock) {
    return request.refreshAfter().isPresent()
        && lock.map(l -> l.isOlderThan(request.refreshAfter().get(), clock.instant())).orElse(true);
  }

  private static BuiltImage reused(Language owner, Path image) throws ImageException {
    try {
      return new BuiltImage(owner.name(), false, image, Files.size(image), List.of(), 0);
    } catch (IOException e) {
      throw unwritable(image, e);
    }
  }

  private BuiltImage write(
      Language owner, RootTree root, ImageInputs inputs, Path image, WorkFolder work)
      throws ImageException {
    new ExcludeRules(ImageCheck.exclusions(owner)).applyTo(root.tree());
    guestFiles.addTo(root.tree(), owner, root.defaults());
    Optional<ImageMeta> before = ImageMeta.read(image);
    List<String> changes = Changes.since(before, inputs, Optional.of(root.resolution()));
    work.progress().accept("writing " + image.getFileName());
    Path written = work.scratch().resolve(image.getFileName());
    MessageDigest hash = FileDigests.sha256();
    try {
      try (OutputStream file = Files.newOutputStream(written);
          OutputStream hashed = new DigestOutputStream(file, hash);
          OutputStream buffered = new BufferedOutputStream(hashed, BUFFER_BYTES);
          OutputStream compressed = request.compression().compress(buffered)) {
        CpioWriter.write(root.tree(), compressed);
      }
      ImageFolder.force(written);
      ImageMeta meta =
          new ImageMeta(
              ImageMeta.BUILDER,
              VERSION,
              image.getFileName().toString(),
              Files.size(written),
              HexFormat.of().formatHex(hash.digest()),
              inputs.fingerprint(),
              inputs.digests(),
              root.resolution(),
              clock.instant().toString(),
              changes,
              before.map(ImageMeta::bytes).orElse(0L));
      refuseChanged(owner, root.resolution(), inputs);
      folder.publish(written, image, meta);
      digests.learn(image, meta.sha256());
      return new BuiltImage(owner.name(), true, image, meta.bytes(), changes, meta.bytesBefore());
    } catch (IOException e) {
      throw unwritable(image, e);
    }
  }

  /** An input that was changed while it was read may be in the image by half. */
  private void refuseChanged(Language owner, Resolution source, ImageInputs inputs)
      throws ImageException {
    Set<String> changed = inputs.differences(check.inputs(owner, source, digests));
    if (!changed.isEmpty()) {
      throw new ImageException(
          ImageException.Code.INPUT,
          "%s changed while the image of %s was written; build again."
              .formatted(String.join(", ", changed), owner.name()));
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
