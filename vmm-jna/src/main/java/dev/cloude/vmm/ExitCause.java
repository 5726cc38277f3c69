package dev.cloude.vmm;

/** Why a VM ended. */
public enum ExitCause {
  /** The guest switched itself off. */
  POWER_OFF,
  /** The guest restarted: there is no second boot. */
  RESET,
  /** The guest's processor gave up; with {@code reboot=t} also an orderly restart. */
  TRIPLE_FAULT,
  /** The guest's kernel announced a panic on its console and then restarted. */
  PANIC,
  /** {@link MicroVm#kill} or {@link MicroVm#close}. */
  KILLED,
  /** The configured time was over. */
  DEADLINE,
  /** KVM or the monitor itself could not go on; the details say where. */
  KVM_ERROR,
  /** The process that the VM lived in died, or said what no such process says. */
  PROCESS_DIED
}
