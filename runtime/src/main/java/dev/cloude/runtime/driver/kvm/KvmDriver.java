package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;

/** Runs VMs on /dev/kvm with our own monitor, in threads of this process. */
public final class KvmDriver implements VmDriver {
  private final Vhost vhost;

  /**
   * @param vhost whether the host's kernel moves the frames
   */
  public KvmDriver(Vhost vhost) {
    this.vhost = vhost;
  }

  @Override
  public String description() {
    return "kvm";
  }

  @Override
  public boolean emulated() {
    return false;
  }

  @Override
  public boolean hasDisks() {
    return true;
  }

  @Override
  public boolean hasSockets() {
    return true;
  }

  @Override
  public VmHandle start(VmSpec spec) throws PlatformException {
    try {
      return new KvmVm(spec.subject(), MicroVm.start(VmConfig.of(spec, vhost)));
    } catch (VmmException e) {
      throw failed(e);
    }
  }

  static PlatformException failed(VmmException e) {
    return new PlatformException(
        Code.VM_START_FAILED, "The VM could not be started with kvm: " + e.getMessage(), e);
  }
}
