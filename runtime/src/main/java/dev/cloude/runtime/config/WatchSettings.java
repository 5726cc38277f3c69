package dev.cloude.runtime.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a node watches itself.
 *
 * @param canary after so long without an agent's answer a VM is made only to get one; zero for
 *     never ({@code VM_CANARY_SECS})
 * @param leastFreeBytes what must be free where the server writes; 0 when nothing is asked ({@code
 *     DISK_MIN_FREE_MIB})
 * @param folders where the server writes: the embedded database's folder, if it has one, the
 *     images', and the one for temporary files
 */
public record WatchSettings(Duration canary, long leastFreeBytes, List<Path> folders) {
  private static final long MIB = 1 << 20;
  private static final int MOST_SECONDS = 86_400;

  /** A path without an end: the embedded database adds one for each of its files. */
  private static final String DATABASE = "cloude.database";

  /** Reads and checks the settings. */
  public static WatchSettings from(Settings settings) {
    return new WatchSettings(
        Duration.ofSeconds(settings.number("VM_CANARY_SECS", 300, 0, MOST_SECONDS)),
        MIB * settings.number("DISK_MIN_FREE_MIB", 256, 0, 1 << 20),
        Stream.of(
                settings
                    .text(DATABASE)
                    .flatMap(
                        text -> Optional.ofNullable(settings.path(DATABASE, text).getParent())),
                Optional.of(ImageSettings.from(settings).directory()),
                temporary())
            .flatMap(Optional::stream)
            .distinct()
            .toList());
  }

  private static Optional<Path> temporary() {
    try {
      return Optional.of(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
