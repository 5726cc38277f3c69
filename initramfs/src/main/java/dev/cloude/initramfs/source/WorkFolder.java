package dev.cloude.initramfs.source;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where a source may put files while one image is built, and whom it tells about its progress. Only
 * the holder of the image's lock has it.
 *
 * @param scratch an empty folder that is removed after the build, on the output's file system
 * @param cache path without ending; files that begin with it survive and belong to this image
 * @param progress gets one line at a time
 */
public record WorkFolder(Path scratch, Path cache, Consumer<String> progress) {

  /** The cache file with an ending, for example {@code source.tar}. */
  public Path cached(String ending) {
    return cache.resolveSibling(cache.getFileName() + "." + ending);
  }
}
