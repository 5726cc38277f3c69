package dev.cloude.vmm.virtio;

import dev.cloude.vmm.libc.Epoll;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.libc.TimerFd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The one thread that serves all devices of a VM: it waits for kicks, for the descriptors that
 * devices want watched, and for the time at which a device held back by a limit goes on.
 *
 * <p>What to wait for is asked of each device after every round, never set by the devices: so a
 * watch that should be on cannot have been forgotten.
 *
 * <pre>
 * new ── start ──▶ running ◀── pause / resume ──▶ paused
 *  └────────────── stop ──────▶ stopped ◀── stop ──┘
 * </pre>
 */
public final class DeviceLoop implements AutoCloseable {
  private static final int CONTROL = -1;
  private static final int TIMER = -2;
  private static final int EVENTS = 32;
  // Far more than one burst of work takes; only a hung system call comes near it.
  private static final long STOP_LIMIT_MILLIS = 10_000;

  private final Epoll epoll = new Epoll(EVENTS);
  private final EventFd control = new EventFd();
  private final TimerFd timer = new TimerFd();
  // Changed before start only; used by the loop's thread.
  private final List<ServedDevice> devices = new ArrayList<>();
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  // All guarded by this.
  private boolean started;
  private boolean ended;
  private boolean pauseWanted;
  private boolean parked;
  private boolean stopWanted;
  private boolean closed;

  /**
   * @param name of the thread
   * @param onFailure called on the loop's thread when it ends by an error: the devices are dead
   *     then. It may call {@link #stop}.
   */
  public DeviceLoop(String name, Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
    epoll.add(control.fd(), CONTROL);
    epoll.add(timer.fd(), TIMER);
  }

  /** Gives the thread another name. */
  public void rename(String name) {
    thread.setName(name);
  }

  /** Serves {@code device} too. {@link IllegalStateException} once started. */
  public synchronized void add(VirtioMmioDevice device) {
    if (started || stopWanted) {
      throw new IllegalStateException("Add devices before the loop is started.");
    }
    devices.add(new ServedDevice(device, epoll, devices.size()));
  }

  /** Starts the thread. {@link IllegalStateException} when started or stopped already. */
  public synchronized void start() {
    if (started || stopWanted) {
      throw new IllegalStateException("The device loop can be started only once.");
    }
    // Started only once the system has given the thread: stop waits for none that never came.
    thread.start();
    started = true;
  }

  /**
   * Returns when no device is being served, and none will be until {@link #resume}. Nothing that
   * happens meanwhile is lost. Does nothing unless running.
   */
  public synchronized void pause() {
    if (!running()) {
      return;
    }
    pauseWanted = true;
    control.signal();
    boolean interrupted = false;
    while (!parked && pauseWanted && running()) {
      interrupted |= interruptedInWait();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Goes on after {@link #pause}; otherwise does nothing. */
  public synchronized void resume() {
    pauseWanted = false;
    notifyAll();
  }

  /**
   * Ends the thread and returns when it is gone; idempotent, from any thread. From the loop's own
   * thread it only asks for the end.
   *
   * @throws IllegalStateException when the thread does not end in time: then guest memory must stay
   *     mapped, for the thread may still use it
   */
  public void stop() {
    synchronized (this) {
      stopWanted = true;
      notifyAll();
      if (!closed) {
        control.signal();
      }
      if (Thread.currentThread() == thread) {
        return;
      }
      if (started) {
        awaitEnd();
      }
      if (!closed) {
        closed = true;
        timer.close();
        control.close();
        epoll.close();
      }
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void awaitEnd() {
    long deadline = System.nanoTime() + STOP_LIMIT_MILLIS * 1_000_000;
    boolean interrupted = false;
    while (!ended || thread.isAlive()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new IllegalStateException(
            String.format(
                "The device loop %s did not stop within %d ms; its guest memory must stay mapped.",
                thread.getName(), STOP_LIMIT_MILLIS));
      }
      try {
        if (ended) {
          thread.join(left);
        } else {
          wait(left);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (mayGoOn()) {
        serveOnce();
      }
    } catch (Throwable e) {
      onFailure.accept(e);
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private synchronized boolean mayGoOn() {
    while (pauseWanted && !stopWanted) {
      parked = true;
      notifyAll();
      // Nobody has a reason to interrupt this thread; an interrupt is no command.
      interruptedInWait();
    }
    parked = false;
    return !stopWanted;
  }

  private void serveOnce() {
    int ready = epoll.await();
    for (int i = 0; i < ready; i++) {
      int tag = epoll.tag(i);
      if (tag == CONTROL) {
        control.drain();
      } else if (tag == TIMER) {
        timer.drain();
        for (ServedDevice device : devices) {
          device.serveIfDue();
        }
      } else {
        devices.get(ServedDevice.device(tag)).serve(tag);
      }
    }
    long delay = Long.MAX_VALUE;
    for (ServedDevice device : devices) {
      device.updateWatch();
      delay = Math.min(delay, device.delayNanos());
    }
    if (delay < Long.MAX_VALUE) {
      timer.set(delay);
    }
  }

  private boolean running() {
    return started && !ended && !stopWanted;
  }

  // Callers check their condition again, whatever ended the wait.
  private boolean interruptedInWait() {
    try {
      wait(1000);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }
}
