package dev.cloude.vmm;

import dev.cloude.vmm.bus.Bus;
import dev.cloude.vmm.kvm.KvmRun;
import dev.cloude.vmm.kvm.VcpuFd;
import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.ThreadSignal;
import java.lang.invoke.VarHandle;

/**
 * One vCPU on its thread: runs the guest, answers what it asks, until the VM's end has come.
 *
 * <p>Stopping and pausing: the end is noted or the gate is shut first, then {@link #kick} sends
 * this thread a signal that it keeps blocked and KVM_RUN lets through. Sent while in the guest, it
 * ends KVM_RUN; sent before, it stays pending and KVM_RUN returns at once; sent before the thread
 * has begun, it is not needed, because the loop looks at both first.
 */
final class VcpuLoop implements Runnable {
  private final VcpuFd vcpu;
  private final KvmRun run;
  private final Bus ports;
  private final Bus addresses;
  private final Ending ending;
  private final PauseGate gate;
  private final Runnable entering;
  private final Runnable gone;
  private final ExitCounters counters = new ExitCounters();

  // Guarded by this. The kernel's id of the thread while it may be signalled, otherwise 0.
  private int threadId;

  /**
   * @param gate released when the VM ends
   * @param entering called before the first entry into the guest
   * @param gone called last, when this thread will touch nothing of the VM again
   */
  VcpuLoop(
      VcpuFd vcpu,
      Bus ports,
      Bus addresses,
      Ending ending,
      PauseGate gate,
      Runnable entering,
      Runnable gone) {
    this.vcpu = vcpu;
    this.run = vcpu.state();
    this.ports = ports;
    this.addresses = addresses;
    this.ending = ending;
    this.gate = gate;
    this.entering = entering;
    this.gone = gone;
  }

  ExitCounters counters() {
    return counters;
  }

  /** Makes the loop look at the VM's end and at the gate soon. Any thread; after either changed. */
  synchronized void kick() {
    if (threadId != 0) {
      // SAFETY: the run structure stays mapped until every loop has set its id to 0.
      run.immediateExit(true);
      ThreadSignal.send(threadId);
    }
  }

  @Override
  public void run() {
    try {
      int id = ThreadSignal.blockInThisThread();
      vcpu.unmaskWhileRunning(ThreadSignal.maskWithoutIt());
      synchronized (this) {
        threadId = id;
      }
      entering.run();
      loop();
    } catch (RuntimeException | Error e) {
      ending.end(ExitCause.KVM_ERROR, "vCPU " + vcpu.id() + " failed: " + e);
    } finally {
      synchronized (this) {
        threadId = 0;
      }
      takeSignals();
      gone.run();
    }
  }

  private void loop() {
    while (!ending.ended()) {
      if (gate.isShut()) {
        // What the guest was answered last is taken by KVM at the next entry: nothing is lost.
        gate.pass();
        vcpu.notePause();
        continue;
      }
      int result = vcpu.run();
      if (result >= 0) {
        handleExit();
      } else if (result == -Errno.EINTR) {
        counters.interrupted();
        takeSignals();
        run.immediateExit(false);
        // The flag is down before end and gate are looked at: no kick in between is undone.
        VarHandle.fullFence();
      } else if (result != -Errno.EAGAIN) {
        ErrnoException e = new ErrnoException("KVM_RUN of vCPU " + vcpu.id(), -result);
        ending.end(ExitCause.KVM_ERROR, e.getMessage());
      }
    }
  }

  private void handleExit() {
    int reason = run.exitReason();
    counters.exit(reason);
    switch (reason) {
      case KvmRun.EXIT_IO -> io();
      case KvmRun.EXIT_MMIO -> mmio();
      case KvmRun.EXIT_INTR, KvmRun.EXIT_IRQ_WINDOW_OPEN -> {}
      case KvmRun.EXIT_SHUTDOWN ->
          ending.restarted(
              ExitCause.TRIPLE_FAULT, "vCPU " + vcpu.id() + " of the guest met a triple fault.");
      case KvmRun.EXIT_SYSTEM_EVENT -> systemEvent();
      case KvmRun.EXIT_FAIL_ENTRY ->
          fail(String.format("cannot enter the guest, reason 0x%x", run.failEntryReason()));
      case KvmRun.EXIT_INTERNAL_ERROR ->
          fail(
              String.format(
                  "internal error of KVM, suberror %d, data 0x%x 0x%x 0x%x",
                  run.internalSuberror(),
                  run.internalData(0),
                  run.internalData(1),
                  run.internalData(2)));
      default -> fail("unexpected exit reason " + reason);
    }
  }

  private void io() {
    int port = run.ioPort();
    int width = run.ioWidth();
    int count = run.ioCount();
    boolean out = run.ioIsOut();
    for (int i = 0; i < count; i++) {
      if (out) {
        ports.write(port, width, run.ioData(i));
      } else {
        run.ioData(i, ports.read(port, width));
      }
    }
  }

  // An access of 3, 5, 6 or 7 bytes, the rest of one that crossed a page, goes byte by byte.
  private void mmio() {
    long address = run.mmioAddress();
    int width = run.mmioWidth();
    int step = Integer.bitCount(width) == 1 ? width : 1;
    for (int i = 0; i < width; i += step) {
      if (run.mmioIsWrite()) {
        addresses.write(address + i, step, run.mmioData(i, step));
      } else {
        run.mmioData(i, step, addresses.read(address + i, step));
      }
    }
  }

  private void systemEvent() {
    switch (run.systemEventType()) {
      case KvmRun.SYSTEM_EVENT_SHUTDOWN ->
          ending.end(ExitCause.POWER_OFF, "The guest switched itself off.");
      case KvmRun.SYSTEM_EVENT_RESET -> ending.restarted(ExitCause.RESET, "The guest restarted.");
      case KvmRun.SYSTEM_EVENT_CRASH ->
          ending.end(ExitCause.PANIC, "The guest reported its crash to KVM.");
      default -> fail("unexpected system event " + run.systemEventType());
    }
  }

  private void fail(String what) {
    String where;
    try {
      where = String.format("at 0x%x", vcpu.registers().rip());
    } catch (ErrnoException e) {
      where = "at an unknown address";
    }
    ending.end(ExitCause.KVM_ERROR, "vCPU " + vcpu.id() + ": " + what + ", " + where + ".");
  }

  // Whatever is left pending would be delivered when this thread's mask is restored at its end.
  private static void takeSignals() {
    while (ThreadSignal.take()) {
      continue;
    }
  }
}
