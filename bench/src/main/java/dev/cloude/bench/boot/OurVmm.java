package dev.cloude.bench.boot;

import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.PreparedVm;
import dev.cloude.vmm.TapAttachment;
import dev.cloude.vmm.Vhost;
import java.time.Duration;
import java.util.function.Supplier;

/** Our VMM in this JVM, as a server uses it. */
final class OurVmm implements Booter {
  // Where our machine's boot timer listens; the agent tells it that user space is reached.
  private static final String MACHINE_WORDS = " reboot=k cloude.boot_timer=0xc0000000";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final boolean ahead;

  /**
   * @param ahead whether the VM is made before the time is taken, and only started then
   */
  OurVmm(boolean ahead) {
    this.ahead = ahead;
  }

  @Override
  public Boot boot(Guest guest) {
    MicroVmConfig config = config(guest);
    if (!ahead) {
      return boot(guest, () -> MicroVm.start(config));
    }
    try (PreparedVm made = MicroVm.prepare(config)) {
      return boot(guest, () -> made.start(config));
    }
  }

  private static MicroVmConfig config(Guest guest) {
    MicroVmConfig.Builder config =
        MicroVmConfig.builder(guest.kernel())
            .initrd(guest.image())
            .commandLine(guest.commandLine() + MACHINE_WORDS)
            .memoryBytes((long) Guest.MEMORY_MIB << 20)
            .tap(new TapAttachment(guest.tap(), guest.mac()))
            .vhost(Vhost.OFF)
            .deadline(LIMIT);
    guest.disk().ifPresent(config::disk);
    return config.build();
  }

  private static Boot boot(Guest guest, Supplier<MicroVm> starting) {
    long start = System.nanoTime();
    try (MicroVm vm = starting.get()) {
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
