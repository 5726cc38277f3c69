package dev.cloude.runtime.session;

import java.util.EnumSet;
import java.util.Set;

/** Where a VM stands in its life. */
public enum VmState {
  /** What connects it and its process or threads are being made. */
  CREATING,
  /** Its processor runs; its agent has not answered yet. */
  BOOTING,
  /** Its agent has answered; a program runs or has run. */
  RUNNING,
  /** It is being ended. */
  STOPPING,
  /** It did not end in time; something of it is left on this host. */
  STUCK,
  /** Nothing of it is left. */
  GONE;

  /** The states that may come next. */
  public Set<VmState> next() {
    switch (this) {
      case CREATING:
        return EnumSet.of(BOOTING, STOPPING, GONE);
      case BOOTING:
        return EnumSet.of(RUNNING, STOPPING);
      case RUNNING:
        return EnumSet.of(STOPPING);
      case STOPPING:
        return EnumSet.of(STUCK, GONE);
      case STUCK:
        return EnumSet.of(STOPPING, GONE);
      default:
        return EnumSet.noneOf(VmState.class);
    }
  }
}
