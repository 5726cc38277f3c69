package dev.cloude.vmm;

import dev.cloude.vmm.device.ConsoleTail;
import dev.cloude.vmm.kvm.VcpuFd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads of one VM but that of its devices: one for each vCPU, and one for the console while
 * it has a consumer. All are fixed before the first is started.
 */
final class VmThreads {
  private static final Duration CONSOLE_LIMIT = Duration.ofSeconds(2);

  private final String name;
  private final List<VcpuLoop> loops = new ArrayList<>();
  private final List<Thread> vcpus = new ArrayList<>();
  private final Optional<Thread> pump;
  private final Runnable allGone;
  private final AtomicInteger inGuest;
  private final PauseGate gate;

  /**
   * @param config of this VM's start
   * @param allGone called once, by the last vCPU thread to leave the guest, or by {@link #start}
   *     when none got there
   */
  VmThreads(
      MicroVmConfig config,
      Machine machine,
      ConsoleTail console,
      Ending ending,
      PhaseClock clock,
      Runnable allGone) {
    this.name = config.name();
    this.allGone = allGone;
    this.inGuest = new AtomicInteger(machine.vcpus().size());
    this.gate = new PauseGate(machine.vcpus().size());
    for (VcpuFd vcpu : machine.vcpus()) {
      Runnable entering =
          vcpu.id() == 0 ? () -> clock.reached(PhaseClock.Phase.FIRST_INSTRUCTION) : () -> {};
      VcpuLoop loop =
          new VcpuLoop(
              vcpu, machine.ports(), machine.addresses(), ending, gate, entering, this::vcpuGone);
      loops.add(loop);
      vcpus.add(thread(loop, "vcpu-" + vcpu.id()));
    }
    this.pump = config.console().map(c -> thread(new ConsolePump(console, c), "console"));
  }

  /**
   * Starts all threads, that of the devices first.
   *
   * @param failed told when the system gives no more threads: it must note the VM's end, whereupon
   *     those that were started leave the guest
   * @param devices starts the devices' thread
   */
  void start(Consumer<OutOfMemoryError> failed, Runnable devices) {
    int started = 0;
    try {
      devices.run();
      pump.ifPresent(Thread::start);
      for (Thread vcpu : vcpus) {
        vcpu.start();
        started++;
      }
    } catch (OutOfMemoryError e) {
      failed.accept(e);
      for (int i = started; i < vcpus.size(); i++) {
        vcpuGone();
      }
    }
  }

  /** Makes every vCPU thread look at the VM's end, which was noted before. */
  void end() {
    gate.release();
    loops.forEach(VcpuLoop::kick);
  }

  /** Returns when no vCPU is in the guest, and none will be until {@link #resume} or the end. */
  void pause() {
    gate.shut();
    loops.forEach(VcpuLoop::kick);
    gate.awaitAll();
  }

  void resume() {
    gate.open();
  }

  Iterable<ExitCounters> counters() {
    return loops.stream().map(VcpuLoop::counters).toList();
  }

  /**
   * Waits for the end of all threads but the calling one. {@link VmmException} with {@link
   * VmmException.Code#STOP} when one does not end. A console consumer that is stuck is interrupted.
   */
  void join(Duration limit) throws InterruptedException {
    for (Thread vcpu : vcpus) {
      join(vcpu, limit);
    }
    if (pump.isPresent() && pump.get() != Thread.currentThread()) {
      pump.get().join(CONSOLE_LIMIT.toMillis());
      if (pump.get().isAlive()) {
        pump.get().interrupt();
        join(pump.get(), CONSOLE_LIMIT);
      }
    }
  }

  private void vcpuGone() {
    if (inGuest.decrementAndGet() == 0) {
      allGone.run();
    }
  }

  private Thread thread(Runnable body, String role) {
    Thread thread = new Thread(body, name + "-" + role);
    thread.setDaemon(true);
    // A VM must not hold on to the class loader of whoever started it.
    thread.setContextClassLoader(null);
    return thread;
  }

  private static void join(Thread thread, Duration limit) throws InterruptedException {
    if (thread == Thread.currentThread()) {
      return;
    }
    thread.join(limit.toMillis());
    if (thread.isAlive()) {
      throw new VmmException(
          VmmException.Code.STOP, "Thread " + thread.getName() + " has not ended.");
    }
  }
}
