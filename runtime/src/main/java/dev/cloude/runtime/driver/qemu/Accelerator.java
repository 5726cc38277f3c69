package dev.cloude.runtime.driver.qemu;

import java.util.OptionalLong;

/**
 * What executes a guest's instructions.
 *
 * @param name of QEMU's accelerator
 * @param cpuModel for its {@code -cpu}
 * @param tscKhz the rate of the guest's time stamp counter, if it must be told: the microvm machine
 *     has no timer that the kernel could measure it with reliably, and without it the kernel hangs
 *     early in its boot
 */
public record Accelerator(String name, String cpuModel, OptionalLong tscKhz) {

  /** The processor itself. The kernel learns the counter's rate from KVM's clock. */
  public static Accelerator kvm() {
    return new Accelerator("kvm", "host", OptionalLong.empty());
  }

  /**
   * Emulation. The guest reads the host's own counter.
   *
   * @param hostTscKhz rate of the host's time stamp counter, if known
   */
  public static Accelerator emulation(OptionalLong hostTscKhz) {
    return new Accelerator("tcg", "max", hostTscKhz);
  }

  public boolean emulated() {
    return name.equals("tcg");
  }
}
