package dev.cloude.vmm;

import dev.cloude.vmm.device.ConsoleTail;
import java.util.concurrent.atomic.AtomicReference;

/** The one end of a VM: the first cause counts, whoever names it. Any thread. */
final class Ending {
  private final AtomicReference<VmExit> first = new AtomicReference<>();
  private final ConsoleTail console;
  // Set before anything runs that could end the VM.
  private volatile Runnable onEnd = () -> {};

  Ending(ConsoleTail console) {
    this.console = console;
  }

  /**
   * Says what an end does, before the VM's threads start.
   *
   * @param action called once, by the thread that named the cause, to make the vCPUs notice
   */
  void onEnd(Runnable action) {
    onEnd = action;
  }

  boolean ended() {
    return first.get() != null;
  }

  /** The end, null while the VM runs. */
  VmExit exit() {
    return first.get();
  }

  /** The guest restarted or its processor gave up: a panic, if one was announced before. */
  void restarted(ExitCause cause, String detail) {
    if (console.panicked()) {
      end(ExitCause.PANIC, console.panicLine());
    } else {
      end(cause, detail);
    }
  }

  void end(ExitCause cause, String detail) {
    if (first.compareAndSet(null, new VmExit(cause, detail))) {
      onEnd.run();
    }
  }
}
