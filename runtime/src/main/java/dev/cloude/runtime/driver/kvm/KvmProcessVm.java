package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.child.IsolatedVm;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/** A VM of our own monitor in a process of its own. */
final class KvmProcessVm implements VmHandle {
  private static final Logger LOG = System.getLogger(KvmProcessVm.class.getName());

  private final IsolatedVm vm;
  private final Runnable booted;
  private final CompletableFuture<VmExit> exited;

  /**
   * @param booted called each time when the agent has answered
   * @param ended called when it is gone
   */
  KvmProcessVm(String subject, IsolatedVm vm, Runnable booted, Runnable ended) {
    this.vm = vm;
    this.booted = booted;
    this.exited =
        vm.exit()
            .thenApply(
                exit -> {
                  ended.run();
                  LOG.log(Level.DEBUG, "{0}: {1} {2}", subject, exit, vm.figures());
                  return KvmVm.translated(exit);
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
    try {
      vm.close();
    } catch (VmmException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
