package dev.cloude.initramfs.image;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.catalog.Version;
import dev.cloude.initramfs.digest.FileDigests;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.source.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The output folder. For an image {@code X} (name and version) it holds {@code X.cpio} or another
 * archive, {@code X.erofs}, the {@code .meta} beside each, {@code X.lock.json} (what its source
 * stands for), and hidden: {@code .X.lock}, {@code .X.work} (only while a build runs), {@code
 * .X.source.*} (what was fetched), {@code .X.digests} and {@code .X.failed} (only after a failed
 * build). Whoever changes any of them holds the lock. Everything else in the folder is somebody
 * else's.
 */
final class ImageFolder {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;

  ImageFolder(Path folder) throws ImageException {
    this.folder = folder.toAbsolutePath();
    try {
      Files.createDirectories(this.folder);
    } catch (IOException e) {
      throw failed("The output folder " + folder + " cannot be made", e);
    }
  }

  Path image(String baseName, Compression compression) {
    return folder.resolve(baseName + compression.ending());
  }

  /** Path without ending of what is kept for an image between builds. */
  Path cache(String baseName) {
    return folder.resolve("." + baseName);
  }

  Path lockFile(String baseName) {
    return folder.resolve("." + baseName + ".lock");
  }

  OwnFiles own() {
    return new OwnFiles(folder);
  }

  Path sourceLock(String baseName) {
    return folder.resolve(baseName + ".lock.json");
  }

  Path digests(String baseName) {
    return folder.resolve("." + baseName + ".digests");
  }

  /** Keeps what the source stands for from now on. */
  void keepLock(String baseName, SourceLock lock, Path scratch) throws ImageException {
    Path written = scratch.resolve("lock.json");
    try {
      Files.write(written, lock.toJson());
      force(written);
      Files.move(written, sourceLock(baseName), StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      throw failed(sourceLock(baseName) + " cannot be written", e);
    }
  }

  void saveDigests(String baseName, FileDigests digests, Path scratch) throws ImageException {
    try {
      digests.save(digests(baseName), scratch);
    } catch (IOException e) {
      throw failed(digests(baseName) + " cannot be written", e);
    }
  }

  /** Leaves word of a failed build for the server, which goes on with the image that is there. */
  void noteFailure(String baseName, Path image, ImageException reason, Instant now) {
    try {
      Path written = folder.resolve("." + baseName + ".work/failed");
      Files.createDirectories(written.getParent());
      JSON.writeValue(
          written.toFile(), Map.of("at", now.toString(), "message", reason.getMessage()));
      Files.move(written, Language.failureFile(image), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  void forgetFailure(Path image) throws ImageException {
    Path failure = Language.failureFile(image);
    try {
      Files.deleteIfExists(failure);
    } catch (IOException e) {
      throw failed(failure + " cannot be removed", e);
    }
  }

  /**
   * An empty folder for one build. What a builder that died has left in it is removed: the lock
   * says that nobody uses it. Nobody else may enter: a disk's tree is unpacked there, with set-user
   * programs of whoever made the source.
   */
  Path freshWork(String baseName) throws ImageException {
    Path work = folder.resolve("." + baseName + ".work");
    try {
      Folders.delete(work);
      return Files.createDirectory(
          work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw failed("The work folder " + work + " cannot be made", e);
    }
  }

  void discardWork(String baseName) throws ImageException {
    Path work = folder.resolve("." + baseName + ".work");
    try {
      Folders.delete(work);
    } catch (IOException e) {
      throw failed("The work folder " + work + " cannot be removed", e);
    }
  }

  /**
   * Puts a finished image in its place. A server that looks at any moment finds a whole image with
   * a description. Should this process die between the two moves, the description does not fit the
   * image, which then counts as damaged and is built again.
   *
   * @param written in this folder's file system, already forced to disk
   */
  void publish(Path written, Path image, ImageMeta meta) throws ImageException {
    Path metaFile = Language.metaFile(image);
    Path metaWritten = Language.metaFile(written);
    try {
      Files.write(metaWritten, meta.toJson());
      force(metaWritten);
      Files.move(written, image, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
      Files.move(metaWritten, metaFile, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      throw failed("The image " + image + " cannot be put in place", e);
    }
  }

  /**
   * Removes what a finished image has made superfluous: the same image as another archive, and
   * lower versions. Only images with this builder's own description are touched, and none whose
   * lock somebody holds.
   *
   * @return the images that were removed
   */
  List<Path> removeSuperseded(String name, Version version, Compression kept)
      throws ImageException {
    List<Path> removed = new ArrayList<>();
    try (DirectoryStream<Path> metas = Files.newDirectoryStream(folder, name + "-*.meta")) {
      for (Path metaFile : metas) {
        String file = metaFile.getFileName().toString();
        Path image = folder.resolve(file.substring(0, file.length() - ".meta".length()));
        Optional<Version> other = version(name, image);
        if (other.isEmpty() || ImageMeta.read(image).isEmpty()) {
          continue;
        }
        int order = other.get().compareTo(version);
        boolean otherArchive =
            order == 0
                && !kept.isDisk()
                && !image.equals(image(name + "-" + version, kept))
                && !image.toString().endsWith(Compression.EROFS.ending());
        if (otherArchive) {
          removeImage(image);
          removed.add(image);
        } else if (order < 0 && removeLower(name + "-" + other.get(), image)) {
          removed.add(image);
        }
      }
    } catch (IOException e) {
      throw failed("Old images of " + name + " in " + folder + " cannot be removed", e);
    }
    return removed;
  }

  /** Removes all that is there for a lower version, unless somebody is building it just now. */
  private boolean removeLower(String baseName, Path image) throws IOException, ImageException {
    Optional<ImageLock> lock = ImageLock.tryLock(lockFile(baseName));
    if (lock.isEmpty()) {
      return false;
    }
    try {
      for (Path kept : own().besides(baseName)) {
        Folders.delete(kept);
      }
      removeImage(image);
      return true;
    } finally {
      lock.get().close();
    }
  }

  /** The image goes first: a description without an image is still known to be ours. */
  private static void removeImage(Path image) throws IOException {
    Files.deleteIfExists(Language.failureFile(image));
    Files.deleteIfExists(image);
    Files.deleteIfExists(Language.metaFile(image));
  }

  /** The version in the name of an image, if it is an image of that name at all. */
  private static Optional<Version> version(String name, Path image) {
    String file = image.getFileName().toString();
    for (Compression compression : Compression.values()) {
      if (file.endsWith(compression.ending())) {
        String version =
            file.substring(name.length() + 1, file.length() - compression.ending().length());
        return Version.isValid(version) ? Optional.of(Version.of(version)) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Waits until a file's or folder's contents are on the disk. */
  static void force(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    try (FileChannel channel =
        FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static ImageException failed(String what, IOException e) {
    return new ImageException(
        ImageException.Code.OUTPUT,
        "%s (%s: %s); make the folder writable, make room, or choose another --output."
            .formatted(what, e.getClass().getSimpleName(), e.getMessage()),
        e);
  }
}
