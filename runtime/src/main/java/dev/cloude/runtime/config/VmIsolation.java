package dev.cloude.runtime.config;

import dev.cloude.vmm.child.IsolationSettings;
import java.nio.file.Path;

/**
 * What keeps VMs of the {@code kvm} driver apart from this server and from each other, beside KVM.
 *
 * @param mode where they live ({@code VM_ISOLATION})
 * @param prestarted processes that wait for a VM ({@code VM_PRESTARTED})
 * @param firstUser user and group of the first VM's process, the next number for each one more at
 *     the same time ({@code VM_FIRST_USER})
 * @param memoryGroups folder of their control groups ({@code VM_CGROUP})
 */
public record VmIsolation(Mode mode, int prestarted, int firstUser, Path memoryGroups) {

  /** Where VMs live. */
  public enum Mode {
    /** In threads of the server. */
    THREAD,
    /** In a confined process for each. */
    PROCESS
  }

  /** Reads and checks the isolation's settings. */
  public static VmIsolation from(Settings settings) {
    return new VmIsolation(
        settings.choice("VM_ISOLATION", Mode.THREAD),
        settings.number("VM_PRESTARTED", 1, 0, 64),
        settings.number(
            "VM_FIRST_USER",
            IsolationSettings.FIRST_USER,
            1,
            Integer.MAX_VALUE - IsolationSettings.MAX_USERS),
        settings.path("VM_CGROUP", IsolationSettings.MEMORY_GROUPS.toString()));
  }

  /** The same for the monitor. */
  public IsolationSettings processes() {
    return new IsolationSettings(prestarted, firstUser, memoryGroups);
  }
}
