package dev.cloude.runtime.driver;

import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.util.Optional;

/**
 * The driver this node uses and why.
 *
 * @param driver empty when none can be used
 * @param reason a sentence for the log and the health check
 */
public record DriverChoice(Optional<VmDriver> driver, String reason) {

  /**
   * What was found out about one way of running VMs.
   *
   * @param driver present when it can be used
   * @param detail a clause: "/dev/kvm runs 64-bit guests", "/dev/kvm cannot be opened"
   */
  public record Candidate(Optional<VmDriver> driver, String detail) {

    /** The same, unless its VMs have no sockets, which the setting {@code VM_CHANNEL} asks for. */
    public Candidate withSockets() {
      if (driver.isEmpty() || driver.get().hasSockets()) {
        return this;
      }
      driver.get().close();
      return new Candidate(
          Optional.empty(),
          "VM_CHANNEL=vsock needs sockets, which VMs of %s do not have"
              .formatted(driver.get().description()));
    }
  }

  /**
   * Chooses by the setting and by what the host can do.
   *
   * @param setting {@code VM_DRIVER}
   * @param kvm our own driver
   * @param qemu QEMU
   */
  public static DriverChoice make(VmSettings.Driver setting, Candidate kvm, Candidate qemu) {
    switch (setting) {
      case KVM:
        return kvm.driver().isPresent()
            ? chosen(kvm.driver().get(), "VM_DRIVER=kvm, and " + kvm.detail())
            : none("VM_DRIVER=kvm cannot be used: " + kvm.detail());
      case QEMU:
        return qemu.driver().isPresent()
            ? chosen(qemu.driver().get(), "VM_DRIVER=qemu, and " + qemu.detail())
            : none("VM_DRIVER=qemu cannot be used: " + qemu.detail());
      default:
        if (kvm.driver().isPresent()) {
          return chosen(kvm.driver().get(), kvm.detail());
        }
        return qemu.driver().isPresent()
            ? chosen(qemu.driver().get(), kvm.detail() + ", but " + qemu.detail())
            : none("No driver can be used: " + kvm.detail() + ", and " + qemu.detail());
    }
  }

  /** Whether VMs can have disks. */
  public boolean hasDisks() {
    return driver.map(VmDriver::hasDisks).orElse(false);
  }

  /** Whether VMs can have sockets. */
  public boolean hasSockets() {
    return driver.map(VmDriver::hasSockets).orElse(false);
  }

  /**
   * The driver.
   *
   * @throws PlatformException when there is none, with the reason
   */
  public VmDriver require() throws PlatformException {
    return driver.orElseThrow(() -> new PlatformException(Code.DRIVER_UNAVAILABLE, reason));
  }

  private static DriverChoice chosen(VmDriver driver, String because) {
    return new DriverChoice(
        Optional.of(driver), "VMs are run by " + driver.description() + ": " + because + ".");
  }

  private static DriverChoice none(String why) {
    return new DriverChoice(
        Optional.empty(), why + ". Give access to /dev/kvm or install QEMU, or set VM_DRIVER.");
  }
}
