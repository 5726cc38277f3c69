package dev.cloude.bench.exits;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.VmExit;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Our VMM as a server uses it: its vCPU thread, its loop, its bus. */
final class JavaRunner implements GuestRunner {
  static final long RAM = 16 << 20;

  private static final String NAME = "bench-exits";
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int ATTEMPTS = 10;

  @Override
  public Cost run(Path guest) {
    for (int i = 0; i < ATTEMPTS; i++) {
      long start = System.nanoTime();
      try (MicroVm vm = start(guest)) {
        CompletableFuture<OptionalLong> cpu = vm.exit().thenApply(exit -> cpuOfVcpuThread());
        VmExit exit = vm.exit().join();
        long wall = System.nanoTime() - start;
        if (exit.cause() != ExitCause.RESET) {
          throw new IllegalStateException(
              "The guest was to reset itself, but: " + exit.cause() + ", " + exit.detail());
        }
        long exits = vm.counters().exits().getOrDefault("io", 0L);
        if (cpu.join().isPresent()) {
          return new Cost(exits, cpu.join().getAsLong(), wall);
        }
      }
    }
    throw new IllegalStateException(
        "The guest was over before its time could be taken, " + ATTEMPTS + " times; give it more.");
  }

  private static MicroVm start(Path guest) {
    return MicroVm.start(
        MicroVmConfig.builder(guest).name(NAME).memoryBytes(RAM).deadline(LIMIT).build());
  }

  // The VM's last thread runs what waits for its end, so this is the vCPU thread's own time. Only
  // if
  // the guest was over before anybody waited does the waiting thread come here.
  private static OptionalLong cpuOfVcpuThread() {
    return Thread.currentThread().getName().startsWith(NAME)
        ? OptionalLong.of(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime())
        : OptionalLong.empty();
  }
}
