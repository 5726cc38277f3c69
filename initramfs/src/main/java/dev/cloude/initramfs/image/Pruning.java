package dev.cloude.initramfs.image;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.FolderSize;
import dev.cloude.initramfs.source.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes room in a folder of images. Nothing is touched that this builder has not written. */
public final class Pruning {

  /** What was, or would be, removed. */
  public record Removed(Path path, long bytes) {}

  private final ImageFolder folder;
  private final boolean sources;
  private final boolean dryRun;

  /**
   * @param sources whether to remove what was fetched for images that stay, too
   * @param dryRun whether to remove nothing
   */
  public Pruning(Path output, boolean sources, boolean dryRun) throws ImageException {
    this.folder = new ImageFolder(output);
    this.sources = sources;
    this.dryRun = dryRun;
  }

  /**
   * Removes images of which nobody knows any more, and leftovers of builders that died. What
   * somebody builds just now stays.
   *
   * @param wanted names with versions, as {@code python-3.11}
   */
  public List<Removed> prune(Set<String> wanted) throws ImageException {
    List<Removed> removed = new ArrayList<>();
    OwnFiles own = folder.own();
    for (String baseName : own.baseNames()) {
      Optional<ImageLock> lock = ImageLock.tryLock(folder.lockFile(baseName));
      if (lock.isPresent()) {
        try {
          List<Path> superfluous =
              wanted.contains(baseName) || baseName.equals(ImageBuilder.START)
                  ? own.spare(baseName, sources)
                  : own.everythingOf(baseName);
          removed.addAll(remove(superfluous));
        } finally {
          lock.get().close();
        }
      }
    }
    return removed;
  }

  private List<Removed> remove(List<Path> paths) throws ImageException {
    List<Removed> removed = new ArrayList<>();
    for (Path path : paths) {
      long bytes = FolderSize.bytes(path);
      if (!dryRun) {
        try {
          Folders.delete(path);
        } catch (IOException e) {
          throw new ImageException(
              ImageException.Code.OUTPUT,
              "%s cannot be removed (%s); make its folder writable."
                  .formatted(path, e.getMessage()),
              e);
        }
      }
      removed.add(new Removed(path, bytes));
    }
    return removed;
  }
}
