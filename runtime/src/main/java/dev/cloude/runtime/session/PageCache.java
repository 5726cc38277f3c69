package dev.cloude.runtime.session;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** The host's page cache, from which guests are loaded. */
public final class PageCache {
  private static final int CHUNK = 1 << 20;

  private PageCache() {}

  /**
   * Reads files to have them in memory, one after another; what cannot be read is left out.
   *
   * @param most bytes of all together
   * @return bytes that were read
   */
  public static long read(Collection<Path> files, long most) {
    byte[] chunk = new byte[CHUNK];
    long read = 0;
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        int count = 0;
        while (count >= 0 && read < most) {
          read += count;
          count = in.read(chunk, 0, (int) Math.min(CHUNK, most - read));
        }
      } catch (IOException notThereAnyMore) {
        continue;
      }
    }
    return read;
  }
}
