package dev.cloude.bench.boot;

import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.TapAttachment;
import java.time.Duration;

/** Our VMM in this JVM, as a server uses it. */
final class OurVmm implements Booter {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final boolean mapped;

  /**
   * @param mapped whether the image is mapped into the guest's RAM instead of read
   */
  OurVmm(boolean mapped) {
    this.mapped = mapped;
  }

  @Override
  public Boot boot(Guest guest) {
    long start = System.nanoTime();
    try (MicroVm vm =
        MicroVm.start(
            MicroVmConfig.builder(guest.kernel())
                .initrd(guest.image())
                .mapInitrd(mapped)
                .commandLine(guest.commandLine() + " reboot=k")
                .memoryBytes((long) Guest.MEMORY_MIB << 20)
                .tap(new TapAttachment(guest.tap(), guest.mac()))
                .deadline(LIMIT)
                .build())) {
      long ready = Agent.awaitAnswer(guest, () -> vm.exit().isDone());
      long first = vm.phases().firstInstruction().orElseThrow().toNanos();
      return new Boot(0, first, ready - start - first, vm.counters().consoleBytes());
    }
  }
}
