package dev.cloude.bench.boot;

import dev.cloude.bench.peer.PeerMachine;
import dev.cloude.bench.peer.QemuProcess;
import java.nio.file.Path;

/** QEMU's microvm on KVM; the start of its process and that of its guest are told apart. */
final class QemuMicrovm implements Booter {
  private final Path program;

  QemuMicrovm(Path program) {
    this.program = program;
  }

  @Override
  public Boot boot(Guest guest) {
    long start = System.nanoTime();
    try (QemuProcess qemu = QemuProcess.start(program, machine(guest))) {
      long there = System.nanoTime();
      qemu.agreeOnCapabilities();
      long before = System.nanoTime();
      qemu.run();
      long running = System.nanoTime();
      long ready = Agent.awaitAnswer(guest, () -> !qemu.isAlive());
      // Speaking of capabilities is nobody's boot.
      return new Boot(there - start, 0, 0, running - before, 0, ready - running, 0);
    }
  }

  private static PeerMachine machine(Guest guest) {
    return new PeerMachine(
        guest.kernel(),
        guest.image(),
        guest.disk(),
        guest.commandLine(),
        Guest.MEMORY_MIB,
        guest.tap(),
        guest.mac(),
        false);
  }
}
