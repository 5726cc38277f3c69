package dev.cloude.vmm.child;

import dev.cloude.vmm.MicroVmConfig;
import java.nio.file.Path;

/** Starts a VM in a process, prints {@code ready}, and waits to be killed. Argument: the kernel. */
final class DyingParent {
  private DyingParent() {}

  public static void main(String[] arguments) throws Exception {
    IsolatedVms vms = IsolatedVms.open(IsolationSettings.defaults());
    MicroVmConfig config =
        MicroVmConfig.builder(Path.of(arguments[0])).memoryBytes(16 << 20).build();
    IsolatedVm vm = vms.start(config);
    System.out.println("ready");
    vm.exit().join();
  }
}
