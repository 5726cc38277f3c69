package dev.cloude.initramfs.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** How much a program has written so far, as a sign that it lives. */
public final class FolderSize {
  private FolderSize() {}

  /** Bytes of all files at and below a path, which need not be there yet. */
  public static LongSupplier of(Path path) {
    return () -> bytes(path);
  }

  /** As {@link #of}, now. Files that come and go meanwhile may count or not. */
  public static long bytes(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.mapToLong(FolderSize::size).sum();
    } catch (IOException | UncheckedIOException changing) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException gone) {
      return 0;
    }
  }
}
