package dev.cloude.runtime.driver;

/**
 * How a VM ended.
 *
 * @param cause why
 * @param detail what is known beyond the cause, for people: the kernel's panic message, QEMU's
 *     complaint; may be empty. Text from a guest is limited in length and has no control characters
 */
public record VmExit(Cause cause, String detail) {

  /** Why a VM ended; the same for every driver. */
  public enum Cause {
    /** The guest switched itself off. */
    POWERED_OFF,
    /** The guest restarted itself; a VM runs only once. */
    REBOOTED,
    /** The guest's kernel gave up. */
    PANICKED,
    /** The guest's processor gave up (triple fault), or the VM's process died. */
    CRASHED,
    /** It was told to end. */
    STOPPED,
    /** The host could not go on running it. */
    FAILED
  }
}
