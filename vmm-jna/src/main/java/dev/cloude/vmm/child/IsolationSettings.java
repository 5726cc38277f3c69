package dev.cloude.vmm.child;

import java.nio.file.Path;

/**
 * How VMs' processes are made.
 *
 * @param prestarted how many wait for a VM, so that a VM's start does not wait for a JVM's
 * @param firstUser the user, and group, of the first VM's process; each that runs at the same time
 *     has the next number. Only root can give it; without root, processes stay this one's user's
 * @param memoryGroups folder of control groups in a mounted cgroup v2
 */
public record IsolationSettings(int prestarted, int firstUser, Path memoryGroups) {
  /** Users that no distribution gives to anybody. */
  public static final int FIRST_USER = 410_000;

  /** Most processes at once, and so most users. */
  public static final int MAX_USERS = 1024;

  public static final Path MEMORY_GROUPS = Path.of("/sys/fs/cgroup/cloude");

  public IsolationSettings {
    if (prestarted < 0 || firstUser <= 0 || firstUser > Integer.MAX_VALUE - MAX_USERS) {
      throw new IllegalArgumentException(
          "There cannot be "
              + prestarted
              + " processes ahead with users from "
              + firstUser
              + " on; give 0 or more, and a user from 1 to "
              + (Integer.MAX_VALUE - MAX_USERS)
              + ".");
    }
  }

  /** One process ahead, and the usual users and groups. */
  public static IsolationSettings defaults() {
    return new IsolationSettings(1, FIRST_USER, MEMORY_GROUPS);
  }
}
