package dev.cloude.runtime.node;

import dev.cloude.runtime.config.FrameSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.VmIsolation;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.DriverChoice.Candidate;
import dev.cloude.runtime.driver.kvm.KvmDriver;
import dev.cloude.runtime.driver.kvm.KvmProcessDriver;
import dev.cloude.runtime.driver.qemu.Accelerator;
import dev.cloude.runtime.driver.qemu.QemuBinary;
import dev.cloude.runtime.driver.qemu.QemuDriver;
import dev.cloude.vmm.KvmProbe;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VhostProbe;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.libc.TimeStampCounter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/** Finds out what this host can do and chooses the driver, once. */
public final class DriverSelection {
  private static final Logger LOG = System.getLogger(DriverSelection.class.getName());

  private final VmSettings vms;
  private final VmIsolation isolation;
  private final NetworkSettings network;
  private final FrameSettings frames;
  private final Executor background;

  /**
   * @param background runs two tasks for each VM of QEMU, or one that makes VMs of ours ahead
   */
  public DriverSelection(
      VmSettings vms,
      VmIsolation isolation,
      NetworkSettings network,
      FrameSettings frames,
      Executor background) {
    this.vms = vms;
    this.isolation = isolation;
    this.network = network;
    this.frames = frames;
    this.background = background;
  }

  /** Takes a second at most where all is well; logs the choice. */
  public DriverChoice choose() {
    KvmProbe.Verdict kvm = probe();
    Candidate ours =
        kvm.usable() && vms.driver() != VmSettings.Driver.QEMU
            ? ours(clause(kvm.reason()))
            : new Candidate(Optional.empty(), clause(kvm.reason()));
    boolean askQemu =
        vms.driver() != VmSettings.Driver.KVM && !(isAuto() && ours.driver().isPresent());
    Candidate qemu = askQemu ? qemu(kvm.usable()) : new Candidate(Optional.empty(), "not asked");
    DriverChoice choice = DriverChoice.make(vms.driver(), reachable(ours), reachable(qemu));
    LOG.log(choice.driver().isPresent() ? Level.INFO : Level.ERROR, choice.reason());
    return choice;
  }

  private Candidate reachable(Candidate candidate) {
    return vms.channel() == VmSettings.Channel.VSOCK ? candidate.withSockets() : candidate;
  }

  private Candidate ours(String because) {
    if (isolation.mode() == VmIsolation.Mode.THREAD) {
      return new Candidate(Optional.of(new KvmDriver(vms, frames.vhost(), background)), because);
    }
    try {
      KvmProcessDriver driver =
          KvmProcessDriver.open(isolation.processes(), vms, frames.vhost(), background);
      String notes = String.join(" ", driver.notes());
      return new Candidate(
          Optional.of(driver), notes.isEmpty() ? because : because + ". " + clause(notes));
    } catch (VmmException e) {
      LOG.log(Level.ERROR, "VM_ISOLATION=process cannot be used", e);
      return new Candidate(
          Optional.empty(), "VM_ISOLATION=process cannot be used: " + clause(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Candidate(Optional.empty(), "the start of a VM's process was interrupted");
    }
  }

  private boolean isAuto() {
    return vms.driver() == VmSettings.Driver.AUTO;
  }

  /** A host without our native parts (another processor, another C library) has no KVM for us. */
  private static KvmProbe.Verdict probe() {
    try {
      return KvmProbe.run();
    } catch (LinkageError | RuntimeException e) {
      LOG.log(Level.WARNING, "The probe of /dev/kvm failed", e);
      return new KvmProbe.Verdict(false, "The probe of /dev/kvm failed: " + e);
    }
  }

  private Candidate qemu(boolean kvmUsable) {
    try {
      QemuBinary binary =
          QemuBinary.find(
              vms.qemuBinary(), Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin"));
      Accelerator accelerator =
          kvmUsable ? Accelerator.kvm() : Accelerator.emulation(counterRate());
      Optional<String> missing = missingVhost(kvmUsable);
      if (missing.isPresent() && frames.vhost() == Vhost.ON) {
        return new Candidate(
            Optional.empty(), "VM_VHOST=on cannot be kept: " + clause(missing.get()));
      }
      boolean vhost = missing.isEmpty() && frames.vhost() != Vhost.OFF;
      return new Candidate(
          Optional.of(new QemuDriver(binary, accelerator, vhost, network.bridge(), background)),
          binary.path() + " is there (" + binary.version() + ")");
    } catch (IOException e) {
      return new Candidate(Optional.empty(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Candidate(Optional.empty(), "the search for QEMU was interrupted");
    }
  }

  // Why QEMU cannot have vhost, if so. Emulated processors have no way for a kernel's interrupts.
  private static Optional<String> missingVhost(boolean kvmUsable) {
    if (!kvmUsable) {
      return Optional.of("QEMU emulates here.");
    }
    KvmProbe.Verdict verdict = VhostProbe.run();
    return verdict.usable() ? Optional.empty() : Optional.of(verdict.reason());
  }

  private static OptionalLong counterRate() {
    OptionalLong rate;
    try {
      rate = TimeStampCounter.measureKhz();
    } catch (LinkageError e) {
      rate = OptionalLong.empty();
    }
    if (rate.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "The time stamp counter's rate is not known: emulated guests may hang in their boot when"
              + " this host is busy.");
    }
    return rate;
  }

  private static String clause(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
