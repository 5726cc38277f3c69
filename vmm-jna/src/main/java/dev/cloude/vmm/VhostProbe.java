package dev.cloude.vmm;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.net.TapDevice;
import dev.cloude.vmm.vhost.VhostNet;
import java.util.Optional;

/** Finds out whether this host's kernel moves frames for VMs of this process. */
public final class VhostProbe {
  private VhostProbe() {}

  /** Asks for {@code /dev/vhost-net}. Takes less than a millisecond. */
  public static KvmProbe.Verdict run() {
    try {
      VhostNet.check();
      return new KvmProbe.Verdict(true, VhostNet.DEVICE + " opens and has what VMs need.");
    } catch (ErrnoException | UnsupportedOperationException e) {
      return new KvmProbe.Verdict(false, e.getMessage());
    }
  }

  /**
   * The kernel's part for one VM, to be closed by the caller; empty when this process moves the
   * frames. {@link VmmException} of code DEVICE when it is wanted and cannot be had.
   */
  static Optional<VhostNet> open(Vhost wanted, Limits limits, GuestMemory memory, TapDevice tap) {
    if (wanted == Vhost.OFF || limits.limitsFrames()) {
      return Optional.empty();
    }
    try {
      return Optional.of(VhostNet.open(memory, tap.fd()));
    } catch (ErrnoException | UnsupportedOperationException e) {
      if (wanted == Vhost.AUTO) {
        return Optional.empty();
      }
      throw new VmmException(
          VmmException.Code.DEVICE,
          "Vhost is ON but cannot be used: "
              + e.getMessage()
              + " Load the module vhost_net and let this user open "
              + VhostNet.DEVICE
              + ", or choose Vhost.AUTO.",
          e);
    }
  }
}
