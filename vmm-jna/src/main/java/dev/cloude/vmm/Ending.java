package dev.cloude.vmm;

import dev.cloude.vmm.device.ConsoleTail;
import java.util.concurrent.atomic.AtomicReference;

/** The one end of a VM: the first cause counts, whoever names it. Any thread. */
final class Ending {
  private final AtomicReference<VmExit> first = new AtomicReference<>();
  private final ConsoleTail console;
  private final Runnable onEnd;

  /**
   * @param onEnd called once, by the thread that named the cause, to make the vCPUs notice
   */
  Ending(ConsoleTail console, Runnable onEnd) {
    this.console = console;
    this.onEnd = onEnd;
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
