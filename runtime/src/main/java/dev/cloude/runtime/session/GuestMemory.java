package dev.cloude.runtime.session;

import dev.cloude.initramfs.catalog.Language;
import java.util.OptionalLong;

/** How much memory a guest gets. */
final class GuestMemory {
  private static final long MIB = 1 << 20;

  /** For the kernel, the agent and the page tables. */
  private static final long SYSTEM_MIB = 96;

  /** A compressed image is about a third of what it holds. */
  private static final int COMPRESSION = 3;

  private GuestMemory() {}

  /**
   * The most of: the node's setting, what the language needs, and what the program may take beside
   * everything else. The image is in memory, too, and twice while it is unpacked.
   *
   * @param settingMib {@code VM_MEMORY_MIB}
   * @param imageBytes size of the image's file
   * @param compressed whether it must be unpacked to more than that
   * @param limitBytes the program's own limit
   * @return MiB
   */
  static int mib(
      int settingMib,
      Language language,
      long imageBytes,
      boolean compressed,
      OptionalLong limitBytes) {
    long least = Math.max(settingMib, language.memoryMib().orElse(0));
    if (limitBytes.isEmpty()) {
      return Math.toIntExact(least);
    }
    long imageMib = roundedUp(compressed ? imageBytes * COMPRESSION : imageBytes);
    long needed = SYSTEM_MIB + imageMib + Math.max(imageMib, roundedUp(limitBytes.getAsLong()));
    return Math.toIntExact(Math.max(least, needed));
  }

  private static long roundedUp(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
