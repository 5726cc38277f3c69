package dev.cloude.vmm.child;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A temporary folder for what children need. It has a file that is locked as long as this process
 * lives and uses it: the kernel unlocks it however that ends, so that a later process can tell a
 * folder that was left behind from one in use.
 */
final class SharedFolder implements AutoCloseable {
  static final String PREFIX = "cloude-vmm";
  static final String LOCK = "lock";

  /**
   * Those of this process. POSIX drops a process's locks of a file when it closes any descriptor of
   * it, so that these must not even be looked at.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private SharedFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes one, and removes those that processes of this user left behind when they were killed. */
  static SharedFolder in(Path parent) throws IOException {
    Path path = Files.createTempDirectory(parent, PREFIX);
    OWN.add(path);
    try {
      FileChannel lock =
          FileChannel.open(
              path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock.lock();
      removeLeftovers(parent, path);
      return new SharedFolder(path, lock);
    } catch (IOException | RuntimeException e) {
      remove(path);
      OWN.remove(path);
      throw e;
    }
  }

  Path path() {
    return path;
  }

  private static void removeLeftovers(Path parent, Path mine) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, PREFIX + "*")) {
      PosixFileAttributes own = attributes(mine);
      for (Path other : all) {
        if (!OWN.contains(other) && isOurs(other, own) && isAbandoned(other)) {
          remove(other);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // What is left takes room, and no more.
    }
  }

  /**
   * Whether this user made it as we do. In a folder that everybody may write to, nobody else can
   * replace or change such a one.
   */
  private static boolean isOurs(Path folder, PosixFileAttributes own) {
    try {
      PosixFileAttributes found = attributes(folder);
      return found.isDirectory()
          && found.owner().equals(own.owner())
          && found.permissions().equals(PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      return false;
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** One without the file is being made, or was never used. */
  private static boolean isAbandoned(Path folder) {
    try (FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
      return lock.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Removes it with its files. What cannot be removed is left to a later process. */
  @Override
  public void close() {
    remove(path);
    try {
      lock.close();
    } catch (IOException e) {
      // Nothing was written to it.
    }
    OWN.remove(path);
  }

  // Folders of our own with files only; what a child that was killed early left is among them.
  private static void remove(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException | DirectoryIteratorException e) {
      // It is a temporary folder, and whoever uses it still will be gone soon.
    }
  }
}
