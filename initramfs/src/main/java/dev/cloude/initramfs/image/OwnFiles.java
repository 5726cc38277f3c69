package dev.cloude.initramfs.image;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which files of an output folder this builder has written. A name alone proves nothing: an image
 * is the builder's by the description beside it, what is hidden by the mark in its lock.
 */
record OwnFiles(Path folder) {
  private static final String LOCK = ".lock";
  private static final String META = ".meta";
  private static final String WORK = ".work";
  private static final String SOURCE = ".source.";

  /** Without the lock: removing that would let two holders in. */
  private static final List<String> HIDDEN =
      List.of(SOURCE + "json", SOURCE + "tar", SOURCE + "oci", WORK, ".digests");

  /** Names with versions of all images that this builder has at least begun here, sorted. */
  SortedSet<String> baseNames() throws ImageException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        baseName(file).ifPresent(names::add);
      }
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT,
          "The output folder %s cannot be read (%s); make it readable."
              .formatted(folder, e.getMessage()),
          e);
    }
    return names;
  }

  private static Optional<String> baseName(Path file) {
    String name = file.getFileName().toString();
    if (name.startsWith(".") && name.endsWith(LOCK)) {
      return ImageLock.isOurs(file)
          ? Optional.of(name.substring(1, name.length() - LOCK.length()))
          : Optional.empty();
    }
    if (!name.endsWith(META)) {
      return Optional.empty();
    }
    String image = name.substring(0, name.length() - META.length());
    return ImageMeta.read(file.resolveSibling(image)).isEmpty()
        ? Optional.empty()
        : Arrays.stream(Compression.values())
            .map(Compression::ending)
            .filter(image::endsWith)
            .max(Comparator.comparing(String::length))
            .map(ending -> image.substring(0, image.length() - ending.length()));
  }

  /**
   * What is there and can go while the image stays.
   *
   * @param sources whether what was fetched counts
   */
  List<Path> spare(String baseName, boolean sources) {
    return HIDDEN.stream()
        .filter(ending -> ending.equals(WORK) || (sources && ending.startsWith(SOURCE)))
        .map(ending -> folder.resolve("." + baseName + ending))
        .filter(Files::exists)
        .toList();
  }

  /** All that is there for an image besides the image, its description and its lock. */
  List<Path> besides(String baseName) {
    List<Path> all = new ArrayList<>();
    HIDDEN.forEach(ending -> all.add(folder.resolve("." + baseName + ending)));
    for (Compression compression : Compression.values()) {
      all.add(Language.failureFile(folder.resolve(baseName + compression.ending())));
    }
    Path sourceLock = folder.resolve(baseName + ".lock.json");
    if (SourceLock.read(sourceLock).isPresent()) {
      all.add(sourceLock);
    }
    return all.stream().filter(Files::exists).toList();
  }

  /** All that is there but the lock. An image comes before its description. */
  List<Path> everythingOf(String baseName) {
    List<Path> all = new ArrayList<>();
    for (Compression compression : Compression.values()) {
      Path image = folder.resolve(baseName + compression.ending());
      if (ImageMeta.read(image).isPresent()) {
        all.add(image);
        all.add(Language.metaFile(image));
      }
    }
    all.addAll(besides(baseName));
    return all.stream().filter(Files::exists).toList();
  }
}
