package dev.cloude.initramfs.image;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.catalog.Version;
import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.tree.ExcludeRules;
import dev.cloude.initramfs.tree.FileTree;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Builds images, and keeps those that are still what would be built. */
public final class ImageBuilder {
  /** Raise with every change of what goes into an image, or of how it is written. */
  static final String VERSION = "2";

  /** What the start archive is called in reports and hidden files; no image has such a name. */
  static final String START = "start";

  private final BuildRequest request;
  private final RootSources sources;
  private final ImageFolder folder;
  private final GuestFiles guestFiles;
  private final ImageCheck check;
  private final Consumer<String> progress;
  private final Clock clock = Clock.systemUTC();

  /** What one image's build has learnt is as good for the next: they share agent and modules. */
  private final FileDigests digests = new FileDigests();

  private final ImageOutput output;

  /**
   * @param progress gets one line at a time
   * @throws ImageException when an input is missing or the output folder cannot be made
   */
  public ImageBuilder(BuildRequest request, RootSources sources, Consumer<String> progress)
      throws ImageException {
    this.request = request;
    this.sources = sources;
    this.guestFiles = new GuestFiles(request.agent(), request.init(), request.modules());
    this.check = new ImageCheck(guestFiles);
    this.folder = new ImageFolder(request.output());
    this.output = new ImageOutput(folder, digests, clock);
    this.progress = progress;
  }

  /**
   * Makes sure that a language's image is there and right.
   *
   * @param owner a language with an image of its own
   * @throws ImageException when it could not be built; the image that was there is still there
   */
  public BuiltImage build(Language owner) throws ImageException {
    return locked(
        owner.name(),
        owner.imageBaseName(),
        report -> {
          try {
            return build(owner, report);
          } catch (ImageException e) {
            Path image = folder.image(owner.imageBaseName(), request.compression());
            folder.noteFailure(owner.imageBaseName(), image, e, clock.instant());
            throw e;
          }
        });
  }

  /** What is done while nobody else builds the same image. */
  private interface Build {
    BuiltImage run(Consumer<String> report) throws ImageException;
  }

  private BuiltImage locked(String name, String baseName, Build build) throws ImageException {
    Consumer<String> report = line -> progress.accept(name + ": " + line);
    Runnable onWait = () -> report.accept("waiting for another builder of this image");
    ImageLock lock = ImageLock.lock(folder.lockFile(baseName), onWait);
    try {
      return build.run(report);
    } finally {
      try {
        folder.discardWork(baseName);
      } finally {
        lock.close();
      }
    }
  }

  private WorkFolder begin(String baseName, Consumer<String> report) throws ImageException {
    WorkFolder work = new WorkFolder(folder.freshWork(baseName), folder.cache(baseName), report);
    digests.load(folder.digests(baseName));
    return work;
  }

  private BuiltImage build(Language owner, Consumer<String> report) throws ImageException {
    String baseName = owner.imageBaseName();
    WorkFolder work = begin(baseName, report);
    BuiltImage image = build(owner, work);
    folder.saveDigests(baseName, digests, work.scratch());
    folder.forgetFailure(image.file());
    folder
        .removeSuperseded(owner.name(), Version.of(owner.version()), request.compression())
        .forEach(old -> report.accept("removed " + old + ", which this image replaces"));
    return image;
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
      ImageInputs inputs = check.inputs(owner, request.compression(), pinned.get(), digests);
      if (ImageCheck.isCurrent(meta, image, inputs, digests)) {
        return ImageOutput.reused(owner.name(), image);
      }
      work.progress().accept(ImageCheck.reason(meta, image, inputs));
    }
    try (RootTree root = source.open(locked, refresh)) {
      Resolution found = root.resolution();
      if (refresh || !locked.equals(Optional.of(found))) {
        folder.keepLock(
            owner.imageBaseName(), SourceLock.of(found, clock.instant()), work.scratch());
      }
      ImageInputs inputs = check.inputs(owner, request.compression(), found, digests);
      return ImageCheck.isCurrent(meta, image, inputs, digests)
          ? ImageOutput.reused(owner.name(), image)
          : write(owner, root, inputs, image, work);
    }
  }

  private boolean isDue(Optional<SourceLock> lock) {
    return request.refreshAfter().isPresent()
        && lock.map(l -> l.isOlderThan(request.refreshAfter().get(), clock.instant())).orElse(true);
  }

  private BuiltImage write(
      Language owner, RootTree root, ImageInputs inputs, Path image, WorkFolder work)
      throws ImageException {
    Resolution source = root.resolution();
    new ExcludeRules(ImageCheck.exclusions(owner)).applyTo(root.tree());
    guestFiles.addTo(root.tree(), owner, root.defaults(), request.compression());
    return output.write(
        owner.name(),
        root.tree(),
        request.compression(),
        source,
        inputs,
        () -> check.inputs(owner, request.compression(), source, digests),
        image,
        work);
  }

  /**
   * Makes sure that the archive that starts guests from disks is there and right.
   *
   * @throws ImageException when it could not be built; the one that was there is still there
   */
  public BuiltImage buildStart() throws ImageException {
    Path image = Language.startArchive(request.output().toAbsolutePath());
    return locked(
        START,
        START,
        report -> {
          WorkFolder work = begin(START, report);
          BuiltImage built = buildStart(image, work);
          folder.saveDigests(START, digests, work.scratch());
          return built;
        });
  }

  private BuiltImage buildStart(Path image, WorkFolder work) throws ImageException {
    ImageInputs inputs = check.startInputs(digests);
    if (ImageCheck.isCurrent(ImageMeta.read(image), image, inputs, digests)) {
      return ImageOutput.reused(START, image);
    }
    FileTree tree = new FileTree();
    guestFiles.addStart(tree);
    return output.write(
        START,
        tree,
        Compression.NONE,
        Resolution.ofContents(START, List.of()),
        inputs,
        () -> check.startInputs(digests),
        image,
        work);
  }
}
