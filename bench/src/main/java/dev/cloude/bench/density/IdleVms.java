package dev.cloude.bench.density;

import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** VMs of one vCPU whose guests have halted for ever. */
final class IdleVms implements AutoCloseable {
  static final long RAM = 64 << 20;
  static final int VCPUS = 1;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long LOOK_NANOS = 1_000_000;

  private final List<MicroVm> running = new ArrayList<>();

  /** Starts {@code count} VMs and waits until each has come to the end of its guest's work. */
  static IdleVms start(Path guest, int count) {
    IdleVms vms = new IdleVms();
    try {
      for (int i = 0; i < count; i++) {
        vms.running.add(
            MicroVm.start(MicroVmConfig.builder(guest).memoryBytes(RAM).vcpus(VCPUS).build()));
      }
      vms.running.forEach(IdleVms::awaitIdle);
      return vms;
    } catch (RuntimeException | Error e) {
      vms.closeAfter(e);
      throw e;
    }
  }

  // The guest's last act before it halts is a write to a port that nobody claims.
  private static void awaitIdle(MicroVm vm) {
    long start = System.nanoTime();
    while (vm.counters().unclaimedPorts() == 0) {
      if (vm.exit().isDone()) {
        throw new IllegalStateException("An idle guest ended: " + vm.exit().join());
      }
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new IllegalStateException(
            "A guest of three instructions was not idle after " + LIMIT.toSeconds() + " s.");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  @Override
  public void close() {
    running.forEach(MicroVm::kill);
    running.forEach(MicroVm::close);
    running.clear();
  }

  private void closeAfter(Throwable cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
