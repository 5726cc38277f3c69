package dev.cloude.initramfs.tree;

/**
 * Permissions and ownership.
 *
 * @param mode the twelve permission bits, without the file type
 * @param uid numeric owner
 * @param gid numeric group
 */
public record Attributes(int mode, long uid, long gid) {
  private static final long LARGEST_ID = 0xFFFF_FFFFL;

  public Attributes {
    if (mode < 0 || mode > 07777) {
      throw new IllegalArgumentException(
          "mode " + Integer.toOctalString(mode) + " has a file type");
    }
    if (uid < 0 || uid > LARGEST_ID || gid < 0 || gid > LARGEST_ID) {
      throw new IllegalArgumentException("owner " + uid + ":" + gid + " is not 32 bits wide");
    }
  }

  /** Owned by root. */
  public static Attributes root(int mode) {
    return new Attributes(mode, 0, 0);
  }
}
