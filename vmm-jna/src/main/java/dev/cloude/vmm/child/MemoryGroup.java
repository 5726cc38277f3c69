package dev.cloude.vmm.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The control group of one child. */
final class MemoryGroup implements AutoCloseable {
  // A group is free a moment after its last process was reaped.
  private static final int TRIES = 100;
  private static final long PAUSE_MILLIS = 10;

  private final Path folder;

  MemoryGroup(Path folder) {
    this.folder = folder;
  }

  /** Limits memory, swap included. */
  void limit(long bytes) throws IOException {
    Files.writeString(folder.resolve("memory.max"), Long.toString(bytes));
    Path swap = folder.resolve("memory.swap.max");
    if (Files.exists(swap)) {
      Files.writeString(swap, "0");
    }
  }

  /** Whether the kernel killed a process of this group for its memory. */
  boolean overrun() {
    try {
      return Files.readAllLines(folder.resolve("memory.events")).stream()
          .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes the group. One that cannot be removed yet is left to the next start. */
  @Override
  public void close() {
    for (int i = 0; i < TRIES; i++) {
      try {
        Files.deleteIfExists(folder);
        return;
      } catch (IOException e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
