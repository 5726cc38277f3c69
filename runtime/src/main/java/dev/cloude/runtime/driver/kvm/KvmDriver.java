package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.PreparedVm;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;

/** Runs VMs on /dev/kvm with our own monitor, in threads of this process. */
public final class KvmDriver implements VmDriver {
  private static final Logger LOG = System.getLogger(KvmDriver.class.getName());

  private final Vhost vhost;
  private final PreparedVms<PreparedVm> ahead;

  /**
   * @param settings how many VMs are made ahead, and what memory they may have
   * @param vhost whether the host's kernel moves the frames
   * @param background makes them; one task at a time
   */
  public KvmDriver(VmSettings settings, Vhost vhost, Executor background) {
    this.vhost = vhost;
    ahead = new PreparedVms<>(PreparedVms.Budget.of(settings), new MonitorsMaker(), background);
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
  public OptionalInt prepared() {
    return OptionalInt.of(ahead.waiting());
  }

  @Override
  public VmHandle start(VmSpec spec) throws PlatformException {
    MicroVmConfig config;
    try {
      config = VmConfig.of(spec, vhost);
    } catch (VmmException e) {
      throw failed(e);
    }
    PreparedVms<PreparedVm>.Use use = ahead.use(config.shape());
    try {
      return new KvmVm(spec.subject(), start(config, use.vm()), use::booted, use::ended);
    } catch (VmmException e) {
      use.ended();
      throw failed(e);
    } catch (RuntimeException | Error e) {
      use.ended();
      throw e;
    }
  }

  private static MicroVm start(MicroVmConfig config, Optional<PreparedVm> made) {
    if (made.isPresent()) {
      try {
        return made.get().start(config);
      } catch (VmmException e) {
        tellOfNew(config, e);
      }
    }
    return MicroVm.start(config);
  }

  /** Takes apart what was made ahead; VMs that run are their owners'. */
  @Override
  public void close() {
    ahead.close();
  }

  static void tellOfNew(MicroVmConfig config, VmmException why) {
    LOG.log(
        Level.WARNING,
        "{0} could not be started as it was made ahead, and is made anew: {1}",
        config.name(),
        why.getMessage());
  }

  static PlatformException failed(VmmException e) {
    return new PlatformException(
        Code.VM_START_FAILED, "The VM could not be started with kvm: " + e.getMessage(), e);
  }

  private static final class MonitorsMaker implements PreparedVms.Maker<PreparedVm> {
    @Override
    public PreparedVm make(MachineShape shape) {
      return MicroVm.prepare(shape);
    }

    @Override
    public long heldBytes(PreparedVm vm) {
      return vm.heldBytes();
    }

    @Override
    public void close(PreparedVm vm) {
      vm.close();
    }
  }
}
