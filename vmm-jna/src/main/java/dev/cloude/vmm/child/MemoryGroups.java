package dev.cloude.vmm.child;

import dev.cloude.vmm.libc.OwnProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A folder of control groups (cgroup v2), one for each child, which limit what a child takes of the
 * host's memory whatever becomes of it.
 */
final class MemoryGroups {
  private static final String PREFIX = "vm-";

  private final Path parent;
  private final AtomicInteger count = new AtomicInteger();

  private MemoryGroups(Path parent) {
    this.parent = parent;
  }

  /**
   * Makes the folder if it is missing, has memory limited below it, and removes what an earlier
   * process left there.
   *
   * @param parent in a mounted cgroup v2, such as {@code /sys/fs/cgroup/cloude}
   * @throws IOException when that cannot be; the message is a clause that says why
   */
  static MemoryGroups open(Path parent) throws IOException {
    Path above = parent.getParent();
    Path controllers = above == null ? parent : above.resolve("cgroup.controllers");
    if (!Files.isReadable(controllers)) {
      throw new IOException("there is no cgroup v2 at " + above);
    }
    if (!List.of(Files.readString(controllers).strip().split(" ")).contains("memory")) {
      throw new IOException("the cgroup v2 at " + above + " does not offer the memory controller");
    }
    try {
      Files.writeString(above.resolve("cgroup.subtree_control"), "+memory");
      if (!Files.isDirectory(parent)) {
        Files.createDirectory(parent);
      }
      Files.writeString(parent.resolve("cgroup.subtree_control"), "+memory");
    } catch (IOException e) {
      throw new IOException("the control group " + parent + " cannot be made (" + e + ")", e);
    }
    MemoryGroups groups = new MemoryGroups(parent);
    groups.removeAbandoned();
    return groups;
  }

  /** Makes a group with one process in it. */
  MemoryGroup add(long process, long bytes) throws IOException {
    Path folder = parent.resolve(PREFIX + OwnProcess.id() + "-" + count.incrementAndGet());
    Files.createDirectory(folder);
    MemoryGroup group = new MemoryGroup(folder);
    try {
      group.limit(bytes);
      Files.writeString(folder.resolve("cgroup.procs"), Long.toString(process));
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  // Groups without processes, of processes that are gone: the kernel removes no others.
  private void removeAbandoned() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*-*")) {
      for (Path folder : folders) {
        if (owner(folder).flatMap(ProcessHandle::of).isEmpty()) {
          new MemoryGroup(folder).close();
        }
      }
    }
  }

  private static Optional<Long> owner(Path folder) {
    try {
      String name = folder.getFileName().toString();
      return Optional.of(Long.parseLong(name.split("-", 3)[1]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
