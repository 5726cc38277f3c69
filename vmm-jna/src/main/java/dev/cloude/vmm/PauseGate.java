package dev.cloude.vmm;

/**
 * Where the vCPUs of a paused VM wait, each on its own thread and outside the guest.
 *
 * <pre>
 * open ◀── shut / open ──▶ shut
 *   └── release ──▶ released ◀── release ──┘
 * </pre>
 *
 * <p>Shutting it stops nobody: who shuts it kicks the vCPUs and waits until all have come here. The
 * VM's end releases it, for good, whoever is waiting on either side. Any thread.
 */
final class PauseGate {
  private enum State {
    OPEN,
    SHUT,
    RELEASED
  }

  private final int vcpus;
  // Written under this; read without it by the vCPUs, before every entry into the guest.
  private volatile State state = State.OPEN;
  // Guarded by this. Who is counted here leaves only when the gate is not shut.
  private int waiting;

  /**
   * @param vcpus how many there are to come
   */
  PauseGate(int vcpus) {
    this.vcpus = vcpus;
  }

  boolean isShut() {
    return state == State.SHUT;
  }

  /** Lets no vCPU pass any more, unless released. */
  synchronized void shut() {
    if (state == State.OPEN) {
      state = State.SHUT;
    }
  }

  /** Lets the vCPUs pass again. */
  synchronized void open() {
    if (state == State.SHUT) {
      state = State.OPEN;
      notifyAll();
    }
  }

  /** Lets everybody pass from now on. */
  synchronized void release() {
    state = State.RELEASED;
    notifyAll();
  }

  /** For a vCPU's thread: returns when the gate is not shut. */
  synchronized void pass() {
    waiting++;
    notifyAll();
    awaitUninterrupted(false);
    waiting--;
  }

  /** Returns when every vCPU waits here, or when the gate is no longer shut. */
  synchronized void awaitAll() {
    awaitUninterrupted(true);
  }

  // An interrupt neither lets a vCPU into a paused guest nor calls a guest paused that runs.
  private void awaitUninterrupted(boolean untilAllWait) {
    boolean interrupted = false;
    while (state == State.SHUT && !(untilAllWait && waiting == vcpus)) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
