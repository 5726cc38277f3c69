package dev.cloude.initramfs.image;

import java.nio.file.Path;
import java.util.List;

/**
 * The outcome for one image.
 *
 * @param name of the language that owns the image
 * @param built whether it was written now; otherwise the present one was still right
 * @param file the image
 * @param bytes its size
 * @param changes what was different from the image before it, for people; empty when it was not
 *     built
 * @param bytesBefore size of the image before it; 0 when there was none, or it was not built
 */
public record BuiltImage(
    String name, boolean built, Path file, long bytes, List<String> changes, long bytesBefore) {
  public BuiltImage {
    changes = List.copyOf(changes);
  }
}
