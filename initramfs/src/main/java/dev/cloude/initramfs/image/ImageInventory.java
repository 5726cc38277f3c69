package dev.cloude.initramfs.image;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.image.ImageStatus.State;
import dev.cloude.initramfs.source.Resolution;
import dev.cloude.initramfs.source.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Looks at the images of a folder and changes nothing. */
public final class ImageInventory {
  private static final JsonMapper JSON = new JsonMapper();

  private final BuildRequest request;
  private final RootSources sources;
  private final ImageFolder folder;
  private final ImageCheck check;

  public ImageInventory(BuildRequest request, RootSources sources) throws ImageException {
    this.request = request;
    this.sources = sources;
    this.folder = new ImageFolder(request.output());
    this.check = new ImageCheck(new GuestFiles(request.agent(), request.init(), request.modules()));
  }

  /** How a language's images stand, in every form that there is of it, else as archive. */
  public List<ImageStatus> status(Language owner) throws ImageException {
    FileDigests digests = new FileDigests();
    digests.load(folder.digests(owner.imageBaseName()));
    return status(owner, digests);
  }

  /** As {@link #status}, but reads every file, whatever the file system says of it. */
  public List<ImageStatus> statusByReading(Language owner) throws ImageException {
    return status(owner, new FileDigests());
  }

  /** How the archive stands that starts guests from disks; empty when there is none. */
  public Optional<ImageStatus> start() throws ImageException {
    Path image = Language.startArchive(request.output().toAbsolutePath());
    Optional<ImageMeta> meta = ImageMeta.read(image);
    if (meta.isEmpty()) {
      return Optional.empty();
    }
    FileDigests digests = new FileDigests();
    digests.load(folder.digests(ImageBuilder.START));
    List<String> changes = Changes.since(meta, check.startInputs(digests), Optional.empty());
    return Optional.of(status(ImageBuilder.START, image, meta, changes, Optional.empty(), digests));
  }

  private List<ImageStatus> status(Language owner, FileDigests digests) throws ImageException {
    String baseName = owner.imageBaseName();
    Optional<SourceLock> lock = SourceLock.read(folder.sourceLock(baseName));
    List<ImageStatus> all = new ArrayList<>();
    for (Compression form : forms(baseName)) {
      Path image = folder.image(baseName, form);
      Optional<ImageMeta> meta = ImageMeta.read(image);
      List<String> changes =
          meta.isEmpty()
              ? List.of()
              : changes(owner, form, meta.get(), lock.map(SourceLock::source), digests);
      all.add(status(baseName, image, meta, changes, lock, digests));
    }
    return all;
  }

  private List<Compression> forms(String baseName) {
    List<Compression> present =
        Arrays.stream(Compression.values())
            .filter(form -> ImageMeta.read(folder.image(baseName, form)).isPresent())
            .toList();
    return present.isEmpty() ? List.of(Compression.NONE) : present;
  }

  private ImageStatus status(
      String baseName,
      Path image,
      Optional<ImageMeta> meta,
      List<String> changes,
      Optional<SourceLock> lock,
      FileDigests digests)
      throws ImageException {
    State state = State.MISSING;
    if (meta.isPresent() && Files.isRegularFile(image)) {
      boolean whole = ImageCheck.isWhole(meta.get(), image, digests);
      state = !whole ? State.DAMAGED : changes.isEmpty() ? State.CURRENT : State.STALE;
    }
    return new ImageStatus(image, state, changes, isBuilding(baseName), meta, lock, failure(image));
  }

  private List<String> changes(
      Language owner,
      Compression form,
      ImageMeta meta,
      Optional<Resolution> locked,
      FileDigests digests)
      throws ImageException {
    Path unused = folder.cache(owner.imageBaseName());
    WorkFolder work = new WorkFolder(unused, unused, line -> {});
    Optional<Resolution> pinned;
    try {
      pinned = sources.of(owner, digests, work).pinned(locked);
    } catch (ImageException e) {
      return List.of("the source cannot be read: " + e.getMessage());
    }
    if (pinned.isEmpty()) {
      return List.of("what the source stands for is not known");
    }
    return Changes.since(
        Optional.of(meta), check.inputs(owner, form, pinned.get(), digests), Optional.empty());
  }

  private boolean isBuilding(String baseName) throws ImageException {
    Path file = folder.lockFile(baseName);
    if (!Files.isWritable(file)) {
      return false;
    }
    Optional<ImageLock> free = ImageLock.tryLock(file);
    if (free.isEmpty()) {
      return true;
    }
    free.get().close();
    return false;
  }

  private static Optional<String> failure(Path image) {
    try {
      Path file = Language.failureFile(image);
      return Files.isRegularFile(file)
          ? Optional.of(JSON.readTree(file.toFile()).path("message").asText())
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
