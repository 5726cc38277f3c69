package dev.cloude.initramfs.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How an image stands against what would be built now, without asking the network.
 *
 * @param changes what is different from the image that is there, for people
 * @param building whether a builder is at work on it
 * @param meta description of the image that is there
 * @param lock what its source stood for when it was last asked
 * @param failure why the last build failed, if it did
 */
public record ImageStatus(
    Path image,
    State state,
    List<String> changes,
    boolean building,
    Optional<ImageMeta> meta,
    Optional<SourceLock> lock,
    Optional<String> failure) {

  /** What there is. */
  public enum State {
    /** What would be built. */
    CURRENT,
    /** Something that went in has changed. */
    STALE,
    /** There is no finished image. */
    MISSING,
    /** The file is not what was written. */
    DAMAGED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ImageStatus {
    changes = List.copyOf(changes);
  }
}
