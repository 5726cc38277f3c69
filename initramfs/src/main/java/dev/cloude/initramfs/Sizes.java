package dev.cloude.initramfs;

import dev.cloude.initramfs.image.BuiltImage;
import dev.cloude.initramfs.image.Changes;
import java.time.Duration;
import java.util.Locale;

/** Sizes and outcomes in words. */
final class Sizes {
  private static final double MIB = 1 << 20;

  private Sizes() {}

  static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }

  /** One line on what was done. */
  static String summary(BuiltImage image, Duration took) {
    String size = mib(image.bytes());
    if (!image.built()) {
      return "unchanged, %s, checked in %d ms".formatted(size, took.toMillis());
    }
    String before = image.bytesBefore() == 0 ? "" : ", was " + mib(image.bytesBefore());
    return String.format(
        Locale.ROOT,
        "built in %.1f s, %s%s; changed: %s",
        took.toMillis() / 1000.0,
        size,
        before,
        Changes.text(image.changes()));
  }
}
