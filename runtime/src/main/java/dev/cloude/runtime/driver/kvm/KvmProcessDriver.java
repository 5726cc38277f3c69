package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.child.IsolatedVms;
import dev.cloude.vmm.child.IsolationSettings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.OptionalInt;

/** Runs VMs on /dev/kvm with our own monitor, each in a confined process of its own. */
public final class KvmProcessDriver implements VmDriver {
  private static final Logger LOG = System.getLogger(KvmProcessDriver.class.getName());

  private final IsolatedVms vms;
  private final Vhost vhost;

  private KvmProcessDriver(IsolatedVms vms, Vhost vhost) {
    this.vms = vms;
    this.vhost = vhost;
  }

  /**
   * Starts a first process to see that it can be done.
   *
   * @param vhost whether the host's kernel moves the frames
   * @throws VmmException when VMs cannot have processes of their own here, with the reason
   */
  public static KvmProcessDriver open(IsolationSettings settings, Vhost vhost)
      throws InterruptedException {
    IsolatedVms vms = IsolatedVms.open(settings);
    vms.notes().forEach(note -> LOG.log(Level.WARNING, note));
    return new KvmProcessDriver(vms, vhost);
  }

  @Override
  public String description() {
    return "kvm (a process for each VM)";
  }

  @Override
  public boolean emulated() {
    return false;
  }

  @Override
  public OptionalInt prestarted() {
    return OptionalInt.of(vms.prestarted());
  }

  /** What keeps VMs apart less than it could, a sentence each; often empty. */
  public List<String> notes() {
    return vms.notes();
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
  public VmHandle start(VmSpec spec) throws PlatformException, InterruptedException {
    try {
      return new KvmProcessVm(spec.subject(), vms.start(VmConfig.of(spec, vhost)));
    } catch (VmmException e) {
      throw KvmDriver.failed(e);
    }
  }

  @Override
  public void close() {
    vms.close();
  }
}
