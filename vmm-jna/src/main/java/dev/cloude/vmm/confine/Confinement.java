package dev.cloude.vmm.confine;

import dev.cloude.vmm.libc.OwnProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What a process that runs one VM keeps when all that VM needs is open.
 *
 * @param user whom it becomes, with a group of the same number; empty when it stays who it is,
 *     which only one that is not root's may. With it goes every file: its root folder is an empty
 *     one that is gone
 * @param descriptors how many it may have open
 * @param tasks how many threads its user may have
 */
public record Confinement(OptionalInt user, int descriptors, int tasks) {

  // A file that it has open already: what a dying JVM says goes to its standard error.
  private static final long LARGEST_FILE = 64 << 10;

  public Confinement {
    if (user.isPresent() && user.getAsInt() <= 0) {
      throw new IllegalArgumentException(
          "A VM's process has a user from 1 on, not " + user.getAsInt() + ".");
    }
  }

  /**
   * Confines this process for good; {@link dev.cloude.vmm.libc.ErrnoException} when a part is
   * refused, and then the process must not go on. The calling thread must live as long as the
   * process.
   */
  public void apply() {
    if (user.isEmpty() && OwnProcess.isRoot()) {
      throw new IllegalStateException("A VM's process that is root's must be given a user.");
    }
    byte[] filter = SystemCallFilter.forProcess(OwnProcess.id());
    OwnProcess.noNewPrivileges();
    if (user.isPresent()) {
      OwnProcess.enterAndRemove(newFolder());
    }
    OwnProcess.limit(OwnProcess.RLIMIT_CORE, 0);
    OwnProcess.limit(OwnProcess.RLIMIT_FSIZE, LARGEST_FILE);
    OwnProcess.limit(OwnProcess.RLIMIT_NOFILE, descriptors);
    if (user.isPresent()) {
      // Threads are counted by user: this one has a user to itself.
      OwnProcess.limit(OwnProcess.RLIMIT_NPROC, tasks);
      OwnProcess.become(user.getAsInt(), user.getAsInt());
    }
    OwnProcess.dieWithStarter();
    OwnProcess.filterSystemCalls(filter);
  }

  // By the process's id in a folder that is this server's alone: a random name would leave the
  // random devices open.
  private static String newFolder() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "root-" + OwnProcess.id());
    try {
      return Files.createDirectory(folder).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make an empty folder for a VM's process", e);
    }
  }
}
