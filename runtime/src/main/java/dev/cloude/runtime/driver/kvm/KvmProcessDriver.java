package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.child.IsolatedVm;
import dev.cloude.vmm.child.IsolatedVms;
import dev.cloude.vmm.child.IsolationSettings;
import dev.cloude.vmm.child.PreparedIsolatedVm;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;

/** Runs VMs on /dev/kvm with our own monitor, each in a confined process of its own. */
public final class KvmProcessDriver implements VmDriver {
  private static final Logger LOG = System.getLogger(KvmProcessDriver.class.getName());

  private final IsolatedVms vms;
  private final Vhost vhost;
  private final PreparedVms<PreparedIsolatedVm> ahead;

  private KvmProcessDriver(IsolatedVms vms, VmSettings settings, Vhost vhost, Executor background) {
    this.vms = vms;
    this.vhost = vhost;
    ahead = new PreparedVms<>(PreparedVms.Budget.of(settings), new ProcessesMaker(vms), background);
  }

  /**
   * Starts a first process to see that it can be done.
   *
   * @param settings how many VMs are made ahead, and what memory they may have
   * @param vhost whether the host's kernel moves the frames
   * @param background makes them; one task at a time
   * @throws VmmException when VMs cannot have processes of their own here, with the reason
   */
  public static KvmProcessDriver open(
      IsolationSettings isolation, VmSettings settings, Vhost vhost, Executor background)
      throws InterruptedException {
    IsolatedVms vms = IsolatedVms.open(isolation);
    vms.notes().forEach(note -> LOG.log(Level.WARNING, note));
    return new KvmProcessDriver(vms, settings, vhost, background);
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

  @Override
  public OptionalInt prepared() {
    return OptionalInt.of(ahead.waiting());
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
    MicroVmConfig config;
    try {
      config = VmConfig.of(spec, vhost);
    } catch (VmmException e) {
      throw KvmDriver.failed(e);
    }
    PreparedVms<PreparedIsolatedVm>.Use use = ahead.use(config.shape());
    try {
      return new KvmProcessVm(spec.subject(), start(config, use.vm()), use::booted, use::ended);
    } catch (VmmException e) {
      use.ended();
      throw KvmDriver.failed(e);
    } catch (InterruptedException | RuntimeException | Error e) {
      use.ended();
      throw e;
    }
  }

  private IsolatedVm start(MicroVmConfig config, Optional<PreparedIsolatedVm> made)
      throws InterruptedException {
    if (made.isPresent()) {
      try {
        return made.get().start(config);
      } catch (VmmException e) {
        KvmDriver.tellOfNew(config, e);
      }
    }
    return vms.start(config);
  }

  @Override
  public void close() {
    ahead.close();
    vms.close();
  }

  private record ProcessesMaker(IsolatedVms vms) implements PreparedVms.Maker<PreparedIsolatedVm> {
    @Override
    public PreparedIsolatedVm make(MachineShape shape) {
      try {
        return vms.prepare(shape);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new VmmException(
            VmmException.Code.PROCESS, "Interrupted while a VM was made ahead.", e);
      }
    }

    @Override
    public long heldBytes(PreparedIsolatedVm vm) {
      return vm.heldBytes();
    }

    @Override
    public void close(PreparedIsolatedVm vm) {
      vm.close();
    }
  }
}
