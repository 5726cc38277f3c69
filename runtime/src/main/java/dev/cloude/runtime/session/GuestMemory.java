package dev.cloude.runtime.session;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** How much memory a guest gets. */
final class GuestMemory {
  private static final long MIB = 1 << 20;

  /** For the kernel, the agent and the page tables. */
  private static final long SYSTEM_MIB = 96;

  private GuestMemory() {}

  /**
   * The most of: the node's setting, what the language needs, and what the program may take beside
   * everything else.
   *
   * <p>An image that is unpacked stays in memory. While it is unpacked, its archive is there too,
   * and the file system may fill half of what that leaves.
   *
   * @param settingMib {@code VM_MEMORY_MIB}
   * @param languageMib of the catalogue
   * @param archiveBytes size of the archive with the root filesystem; 0 when that is on a disk
   * @param unpackedBytes what that archive becomes
   * @param limitBytes the program's own limit
   * @return MiB
   */
  static int mib(
      int settingMib,
      OptionalInt languageMib,
      long archiveBytes,
      long unpackedBytes,
      OptionalLong limitBytes) {
    long image = roundedUp(unpackedBytes);
    long most = settingMib;
    if (languageMib.isPresent()) {
      most = Math.max(most, languageMib.getAsInt() + image);
    }
    if (image > 0) {
      most = Math.max(most, SYSTEM_MIB + roundedUp(archiveBytes) + 2 * image);
    }
    if (limitBytes.isPresent()) {
      most = Math.max(most, SYSTEM_MIB + image + roundedUp(limitBytes.getAsLong()));
    }
    return Math.toIntExact(most);
  }

  private static long roundedUp(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
