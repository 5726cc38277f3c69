package dev.cloude.ejb.engine;

import dev.cloude.runtime.config.WatchSettings;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether there is room where this server writes. */
final class DiskWatch {
  private static final System.Logger LOG = System.getLogger(DiskWatch.class.getName());
  private static final long MIB = 1 << 20;

  private final WatchSettings settings;
  private final NodeStatus status;

  DiskWatch(WatchSettings settings, NodeStatus status) {
    this.settings = settings;
    this.status = status;
  }

  /** Looks at every folder and reports. Never throws. */
  void look() {
    List<String> full = new ArrayList<>();
    for (Path folder : settings.folders()) {
      try {
        long free = free(folder);
        if (free < settings.leastFreeBytes()) {
          full.add("%s has %d MiB free".formatted(folder, free / MIB));
        }
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.DEBUG, "what is free in " + folder + " is not known", e);
        full.add("%s cannot be looked at (%s)".formatted(folder, e.getMessage()));
      }
    }
    status.report(Subject.DISK, full.isEmpty(), sentence(full));
  }

  private String sentence(List<String> full) {
    long least = settings.leastFreeBytes() / MIB;
    return full.isEmpty()
        ? "At least %d MiB are free wherever the server writes.".formatted(least)
        : "%s; %d MiB must be free (DISK_MIN_FREE_MIB).".formatted(String.join(", ", full), least);
  }

  /** Of a folder that is not there yet: what the nearest one above it has. */
  private static long free(Path folder) throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    FileStore store = Files.getFileStore(there);
    // What nobody can write to needs no room: images may come with the system.
    return store.isReadOnly() ? Long.MAX_VALUE : store.getUsableSpace();
  }
}
