package dev.cloude.bench.net;

import dev.cloude.bench.peer.PeerMachine;
import dev.cloude.bench.peer.QemuProcess;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.TapAttachment;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmExit;
import java.nio.file.Path;
import java.util.Optional;

/** The monitors that are measured. */
final class Monitors {
  private Monitors() {}

  /** Our VMM in this JVM, as a server uses it. */
  static Monitor ours(Vhost vhost) {
    return guest -> {
      MicroVm vm =
          MicroVm.start(
              MicroVmConfig.builder(guest.kernel())
                  .initrd(guest.image())
                  .commandLine(guest.commandLine() + " reboot=k")
                  .memoryBytes((long) NetGuest.MEMORY_MIB << 20)
                  .tap(new TapAttachment(guest.tap(), guest.mac()))
                  .vhost(vhost)
                  .build());
      return Monitor.Running.of(
          () -> Optional.ofNullable(vm.exit().getNow(null)).map(VmExit::toString), vm::close);
    };
  }

  /** QEMU's microvm with the frames moved by the host's kernel. */
  static Monitor qemu(Path program) {
    return guest -> {
      QemuProcess qemu =
          QemuProcess.start(
              program,
              new PeerMachine(
                  guest.kernel(),
                  guest.image(),
                  Optional.empty(),
                  guest.commandLine(),
                  NetGuest.MEMORY_MIB,
                  guest.tap(),
                  guest.mac(),
                  true));
      try {
        qemu.agreeOnCapabilities();
        qemu.run();
      } catch (RuntimeException e) {
        qemu.close();
        throw e;
      }
      return Monitor.Running.of(
          () -> qemu.isAlive() ? Optional.empty() : Optional.of("QEMU is gone"), qemu::close);
    };
  }
}
