package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmExit.Cause;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.Phases;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A VM of our own monitor. */
final class KvmVm implements VmHandle {
  private static final Logger LOG = System.getLogger(KvmVm.class.getName());

  private final String subject;
  private final MicroVm vm;
  private final Runnable booted;
  private final CompletableFuture<VmExit> exited;

  /**
   * @param booted called each time when the agent has answered
   * @param ended called when it is gone
   */
  KvmVm(String subject, MicroVm vm, Runnable booted, Runnable ended) {
    this.subject = subject;
    this.vm = vm;
    this.booted = booted;
    this.exited =
        vm.exit()
            .thenApply(
                exit -> {
                  ended.run();
                  return translated(exit);
                });
  }

  @Override
  public CompletableFuture<VmExit> exited() {
    return exited.copy();
  }

  @Override
  public void agentReady() {
    vm.agentReady();
    booted.run();
  }

  @Override
  public Optional<Duration> kernelTime() {
    Phases phases = vm.phases();
    return phases
        .userSpace()
        .flatMap(there -> phases.firstInstruction().map(first -> there.minus(first)));
  }

  @Override
  public Vsock sockets() {
    return vm.vsock();
  }

  @Override
  public void requestStop() {
    vm.requestStop();
  }

  @Override
  public void kill() {
    vm.kill();
  }

  @Override
  public void close() {
    // The monitor would give up waiting at an interrupt, and its threads may hold the TAP device.
    boolean interrupted = Thread.interrupted();
    try {
      vm.close();
      LOG.log(Level.DEBUG, "{0}: {1} {2}", subject, vm.phases(), vm.counters());
    } catch (VmmException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The monitor's details for ordinary ends say no more than the cause. */
  static VmExit translated(dev.cloude.vmm.VmExit exit) {
    switch (exit.cause()) {
      case POWER_OFF:
        return new VmExit(Cause.POWERED_OFF, "");
      case RESET:
        return new VmExit(Cause.REBOOTED, "");
      case PANIC:
        return new VmExit(Cause.PANICKED, exit.detail());
      case TRIPLE_FAULT:
      case PROCESS_DIED:
        return new VmExit(Cause.CRASHED, clause(exit.detail()));
      case KILLED:
      case DEADLINE:
        return new VmExit(Cause.STOPPED, "");
      default:
        return new VmExit(Cause.FAILED, clause(exit.detail()));
    }
  }

  /** The monitor's details are sentences; ours are part of one. */
  private static String clause(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
