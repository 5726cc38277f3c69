package dev.cloude.initramfs.image;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.catalog.Version;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.RootSource;
import dev.cloude.initramfs.source.RootTree;
import dev.cloude.initramfs.source.WorkFolder;
import dev.cloude.initramfs.tree.ExcludeRules;
import dev.cloude.initramfs.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Builds images, and keeps those that are still what would be built. */
public final class ImageBuilder {
  /** Raise with every change of what goes into an image, or of how it is written. */
  static final String VERSION = "2";

  /** What the start archive is called in reports and hidden files; no image has such a name. */
  private static final String START = "start";

  /** How many changed inputs the progress report names. */
  private static final int MOST_NAMED = 5;

  private final BuildRequest request;
  private final RootSources sources;
  private final ImageFolder folder;
  private final GuestFiles guestFiles;
  private final Consumer<String> progress;

  /**
   * @param progress gets one line at a time
   * @throws ImageException when an input is missing or the output folder cannot be made
   */
  public ImageBuilder(BuildRequest request, RootSources sources, Consumer<String> progress)
      throws ImageException {
    this.request = request;
    this.sources = sources;
    this.guestFiles = new GuestFiles(request.agent(), request.init(), request.modules());
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
      Path scratch = folder.freshWork(baseName);
      BuiltImage image = build(owner, new WorkFolder(scratch, folder.cache(baseName), report));
      Version version = Version.of(owner.version());
      folder
          .removeSuperseded(owner.name(), version, request.compression())
          .forEach(old -> report.accept("removed " + old + ", which this image replaces"));
      return image;
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
    RootSource source = sources.of(owner, work);
    Optional<Resolution> pinned =
        request.refresh() ? Optional.empty() : source.pinned(meta.map(ImageMeta::source));
    if (pinned.isPresent()) {
      ImageInputs inputs = inputs(owner, pinned.get());
      if (isCurrent(meta, image, inputs)) {
        return reused(owner.name(), image);
      }
      work.progress().accept(reason(meta, inputs));
    }
    try (RootTree root = source.open(request.refresh())) {
      ImageInputs inputs = inputs(owner, root.resolution());
      return isCurrent(meta, image, inputs)
          ? reused(owner.name(), image)
          : write(owner, root, inputs, image, work);
    }
  }

  private ImageInputs inputs(Language owner, Resolution resolution) throws ImageException {
    ImageInputs.Collector inputs = new ImageInputs.Collector();
    inputs.text("builder", VERSION);
    inputs.text("compression", request.compression().toString());
    inputs.text("source", resolution.spec());
    inputs.text("source contents", resolution.digest());
    inputs.text("left out", String.join("\n", exclusions(owner)));
    guestFiles.describe(owner, request.compression(), inputs);
    return inputs.done();
  }

  /**
   * Makes sure that the archive that starts guests from disks is there and right.
   *
   * @throws ImageException when it could not be built; the one that was there is still there
   */
  public BuiltImage buildStart() throws ImageException {
    Path image = Language.startArchive(request.output().toAbsolutePath());
    Consumer<String> report = line -> progress.accept(START + ": " + line);
    Runnable onWait = () -> report.accept("waiting for another builder of this image");
    ImageInputs.Collector collector = new ImageInputs.Collector();
    collector.text("builder", VERSION);
    guestFiles.describeStart(collector);
    ImageInputs inputs = collector.done();
    ImageLock lock = ImageLock.lock(folder.lockFile(START), onWait);
    try {
      if (isCurrent(ImageMeta.read(image), image, inputs)) {
        return reused(START, image);
      }
      FileTree tree = new FileTree();
      guestFiles.addStart(tree);
      Resolution nothing = Resolution.ofContents(START, List.of());
      WorkFolder work = new WorkFolder(folder.freshWork(START), folder.cache(START), report);
      return write(START, tree, Compression.NONE, inputs, nothing, image, work);
    } finally {
      try {
        folder.discardWork(START);
      } finally {
        lock.close();
      }
    }
  }

  private static List<String> exclusions(Language owner) {
    List<String> patterns = new ArrayList<>(RootSources.exclusions(owner.source()));
    patterns.addAll(owner.exclude());
    return patterns;
  }

  private static boolean isCurrent(Optional<ImageMeta> meta, Path image, ImageInputs inputs) {
    return meta.isPresent()
        && meta.get().describes(image)
        && meta.get().fingerprint().equals(inputs.fingerprint());
  }

  private static String reason(Optional<ImageMeta> meta, ImageInputs inputs) {
    if (meta.isEmpty()) {
      return "building, there is no finished image yet";
    }
    Set<String> changed = new ImageInputs(meta.get().inputs()).differences(inputs);
    if (changed.isEmpty()) {
      return "building again, the image file is missing or damaged";
    }
    String more =
        changed.size() > MOST_NAMED ? " and " + (changed.size() - MOST_NAMED) + " more" : "";
    return "building again, changed: "
        + changed.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + more;
  }

  private static BuiltImage reused(String name, Path image) throws ImageException {
    try {
      return new BuiltImage(name, false, image, Files.size(image));
    } catch (IOException e) {
      throw unwritable(image, e);
    }
  }

  private BuiltImage write(
      Language owner, RootTree root, ImageInputs inputs, Path image, WorkFolder work)
      throws ImageException {
    new ExcludeRules(exclusions(owner)).applyTo(root.tree());
    guestFiles.addTo(root.tree(), owner, request.compression());
    return write(
        owner.name(), root.tree(), request.compression(), inputs, root.resolution(), image, work);
  }

  private BuiltImage write(
      String name,
      FileTree tree,
      Compression compression,
      ImageInputs inputs,
      Resolution resolution,
      Path image,
      WorkFolder work)
      throws ImageException {
    String file = image.getFileName().toString();
    work.progress().accept("writing " + file);
    try {
      ImageWriter.Written written = new ImageWriter(work.scratch()).write(tree, compression, file);
      ImageFolder.force(written.file());
      ImageMeta meta =
          new ImageMeta(
              ImageMeta.BUILDER,
              VERSION,
              file,
              Files.size(written.file()),
              written.unpackedBytes(),
              ImageInputs.sha256(written.file()),
              inputs.fingerprint(),
              inputs.digests(),
              resolution);
      folder.publish(written.file(), image, meta);
      return new BuiltImage(name, true, image, meta.bytes());
    } catch (IOException e) {
      throw unwritable(image, e);
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
