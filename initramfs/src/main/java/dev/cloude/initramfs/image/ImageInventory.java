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
    this.check =
        new ImageCheck(request, new GuestFiles(request.agent(), request.init(), request.modules()));
  }

  /** How an image stands; files that have not changed since they were read are not read again. */
  public ImageStatus status(Language owner) throws ImageException {
    FileDigests digests = new FileDigests();
    digests.load(folder.digests(owner.imageBaseName()));
    return status(owner, digests);
  }

  /** As {@link #status}, after reading everything. */
  public ImageStatus statusByReading(Language owner) throws ImageException {
    return status(owner, new FileDigests());
  }

  private ImageStatus status(Language owner, FileDigests digests) throws ImageException {
    String baseName = owner.imageBaseName();
    Path image = folder.image(baseName, request.compression());
    Optional<ImageMeta> meta = ImageMeta.read(image);
    Optional<SourceLock> lock = SourceLock.read(folder.sourceLock(baseName));
    State state = State.MISSING;
    List<String> changes = List.of();
    if (meta.isPresent() && Files.isRegularFile(image)) {
      changes = changes(owner, meta.get(), lock.map(SourceLock::source), digests);
      boolean whole = ImageCheck.isWhole(meta.get(), image, digests);
      state = !whole ? State.DAMAGED : changes.isEmpty() ? State.CURRENT : State.STALE;
    }
    return new ImageStatus(
        image, state, changes, isBuilding(baseName), meta, lock, failure(baseName));
  }

  private List<String> changes(
      Language owner, ImageMeta meta, Optional<Resolution> locked, FileDigests digests)
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
        Optional.of(meta), check.inputs(owner, pinned.get(), digests), Optional.empty());
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

  private Optional<String> failure(String baseName) {
    try {
      Path file = folder.failure(baseName);
      return Files.isRegularFile(file)
          ? Optional.of(JSON.readTree(file.toFile()).path("message").asText())
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
