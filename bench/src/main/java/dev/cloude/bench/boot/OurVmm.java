package dev.cloude.bench.boot;

import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.TapAttachment;
import java.time.Duration;

/** Our VMM in this JVM, as a server uses it. */
final class OurVmm implements Booter {
  // Where our machine's boot timer listens; the agent tells it that user space is reached.
  private static final String MACHINE_WORDS = " reboot=k cloude.boot_timer=0xc0000000";
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
    MicroVmConfig.Builder config =
        MicroVmConfig.builder(guest.kernel())
            .initrd(guest.image())
            .mapInitrd(mapped)
            .commandLine(guest.commandLine() + MACHINE_WORDS)
            .memoryBytes((long) Guest.MEMORY_MIB << 20)
            .tap(new TapAttachment(guest.tap(), guest.mac()))
            .deadline(LIMIT);
    guest.disk().ifPresent(config::disk);
    try (MicroVm vm = MicroVm.start(config.build())) {
      long ready = Agent.awaitAnswer(guest, () -> vm.exit().isDone());
      long created = vm.phases().created().orElseThrow().toNanos();
      long loaded = vm.phases().loaded().orElseThrow().toNanos();
      long first = vm.phases().firstInstruction().orElseThrow().toNanos();
      long user = vm.phases().userSpace().map(t -> t.toNanos() - first).orElse(0L);
      return new Boot(
          0,
          created,
          loaded - created,
          first,
          user,
          ready - start - first,
          vm.counters().consoleBytes());
    }
  }
}
