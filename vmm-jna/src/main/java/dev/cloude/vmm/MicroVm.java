package dev.cloude.vmm;

import dev.cloude.vmm.device.ConsoleTail;
import dev.cloude.vmm.virtio.vsock.PolledVsock;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One virtual machine, from its start to its verified end. Every method may be called by any thread
 * at any time and as often as one likes.
 *
 * <pre>
 * start ──▶ running ──▶ ended: a cause is noted, the vCPUs leave the guest ──▶ gone: exit() is done
 *          │      ▲        ▲
 *       pause   resume     │
 *          ▼      │        │
 *           paused ────────┘
 * </pre>
 *
 * <p>Threads: one per vCPU, and one for the devices; one more while a console consumer is set. The
 * last vCPU thread to leave the guest takes the machine apart, so that nothing of it is left when
 * {@link #exit} completes, whether or not anybody waits.
 */
public final class MicroVm implements AutoCloseable {
  /** Bytes of console output kept in memory. */
  public static final int CONSOLE_BYTES = 64 << 10;

  // Far beyond what an end takes; reached only when the kernel does not let go of a thread.
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  private final MicroVmConfig config;
  private final PhaseClock clock;
  private final ConsoleTail console;
  private final Ending ending;
  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();
  private final Machine machine;
  private final VmThreads threads;

  // Held for a whole pause or resume, so that one is done before the next begins. Never taken by
  // the VM's own threads while it runs, nor by what ends it.
  private final Object pauseLock = new Object();

  private final Object machineLock = new Object();
  // Guarded by machineLock: whether the machine may be touched from outside its threads.
  private boolean dismantled;

  // Set once by the thread that takes the machine apart, before exit completes.
  private volatile RuntimeException dismantleFailure;

  /**
   * @param machine all ready to run, closed by this VM from now on
   */
  MicroVm(
      MicroVmConfig config, Machine machine, ConsoleTail console, Ending ending, PhaseClock clock) {
    this.config = config;
    this.machine = machine;
    this.console = console;
    this.ending = ending;
    this.clock = clock;
    this.threads = new VmThreads(config, machine, console, ending, clock, this::dismantle);
    ending.onEnd(this::kick);
  }

  /**
   * Starts a VM; returns when its vCPUs have been set running. {@link VmmException} when that
   * cannot be done, and then nothing is left of it.
   */
  public static MicroVm start(MicroVmConfig config) {
    return start(config, () -> {});
  }

  /**
   * Makes a VM ahead of its start: all of it but what {@link PreparedVm#start} takes. {@link
   * VmmException} when that cannot be done, and then nothing is left of it.
   *
   * @param config of which only the {@linkplain MicroVmConfig#shape shape} counts: its TAP device,
   *     say, need not be there yet
   */
  public static PreparedVm prepare(MicroVmConfig config) {
    return prepare(config.shape());
  }

  /** As {@link #prepare(MicroVmConfig)}, for whoever knows only the shape. */
  public static PreparedVm prepare(MachineShape shape) {
    return PreparedVm.ahead(shape);
  }

  /**
   * As {@link #start(MicroVmConfig)}, for a process that gives up its rights in time.
   *
   * @param opened called when all that the VM needs of the host is open and loaded, and nothing of
   *     it runs yet; an exception from it ends the VM before its first instruction
   */
  public static MicroVm start(MicroVmConfig config, Runnable opened) {
    return PreparedVm.make(config.shape()).begin(config, opened);
  }

  /**
   * Completes with the end of the VM when all it held has been released. Never completes
   * exceptionally. What is attached to it without an executor may run on a thread of the VM.
   */
  public CompletableFuture<VmExit> exit() {
    return exit.copy();
  }

  /**
   * Asks the guest to restart itself in good order, by Ctrl-Alt-Del, which ends the VM. Whether and
   * when it does is the guest's affair; a paused one cannot before it is resumed.
   */
  public void requestStop() {
    synchronized (machineLock) {
      if (!dismantled) {
        machine.i8042().pressCtrlAltDel();
      }
    }
  }

  /**
   * Stops the guest's processors and devices where they are, until {@link #resume}. Returns when
   * none of them runs any more; does nothing when paused or ended already.
   *
   * <p>The guest's clocks go on, so it finds the time gone when it is resumed, and so does the
   * {@link MicroVmConfig.Builder#deadline}. Frames that the TAP device cannot hold meanwhile are
   * lost.
   */
  public void pause() {
    synchronized (pauseLock) {
      threads.pause();
      machine.virtio().pause();
    }
  }

  /** Lets the guest go on after {@link #pause}; does nothing when it runs or has ended. */
  public void resume() {
    synchronized (pauseLock) {
      machine.virtio().resume();
      threads.resume();
    }
  }

  /**
   * Notes that what the guest is to run answers now, for {@link #phases}; the first time counts.
   */
  public void agentReady() {
    clock.reached(PhaseClock.Phase.AGENT_READY);
  }

  /** Ends the VM whatever the guest does. Returns at once; {@link #exit} tells when it is gone. */
  public void kill() {
    ending.end(ExitCause.KILLED, "The VM was killed.");
  }

  /**
   * Kills the VM and waits until it is gone. {@link VmmException} with {@link
   * VmmException.Code#STOP} when something of it stays behind.
   */
  @Override
  public void close() {
    kill();
    try {
      exit.get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      threads.join(END_LIMIT);
    } catch (TimeoutException e) {
      throw new VmmException(
          VmmException.Code.STOP,
          config.name() + " has not ended within " + END_LIMIT.toSeconds() + " s of its kill.",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException(
          VmmException.Code.STOP,
          "Interrupted while waiting for the end of " + config.name() + ", which was killed.",
          e);
    }
    if (dismantleFailure != null) {
      throw dismantleFailure;
    }
  }

  /**
   * Connections with programs of the guest. {@link IllegalStateException} when the VM's
   * configuration has no {@link MicroVmConfig.Builder#vsock}.
   */
  public Vsock vsock() {
    return machine.virtio().vsock().orElseThrow(this::noSockets);
  }

  /** The same for a program that serves many connections on one thread; one of the two is used. */
  public PolledVsock polledVsock() {
    return machine.virtio().polledVsock().orElseThrow(this::noSockets);
  }

  private IllegalStateException noSockets() {
    return new IllegalStateException(
        config.name() + " has no socket device: give MicroVmConfig.vsock.");
  }

  public MicroVmConfig config() {
    return config;
  }

  public Phases phases() {
    return clock.phases();
  }

  public Counters counters() {
    return new Counters(
        ExitCounters.sum(threads.counters()),
        machine.ports().unclaimed(),
        machine.addresses().unclaimed(),
        console.written(),
        console.dropped(),
        machine.virtio().traffic(),
        machine.virtio().entropy(),
        machine.virtio().disks(),
        machine.virtio().sockets());
  }

  /**
   * The last {@link #CONSOLE_BYTES} bytes at most that the guest wrote to its serial console within
   * its limit.
   */
  public byte[] consoleTail() {
    return console.bytes();
  }

  /** Sets it running, once. {@link VmmException} when there are no threads; then it has ended. */
  void run() {
    OutOfMemoryError[] failure = new OutOfMemoryError[1];
    threads.start(
        e -> {
          failure[0] = e;
          ending.end(ExitCause.KVM_ERROR, "The system gave no thread for the VM: " + e);
        },
        () -> machine.virtio().start(config.name()));
    if (failure[0] != null) {
      close();
      throw new VmmException(VmmException.Code.KVM, ending.exit().detail(), failure[0]);
    }
    config.deadline().ifPresent(this::endAfter);
  }

  private void endAfter(Duration time) {
    CompletableFuture<Void> over =
        new CompletableFuture<Void>().completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS);
    over.thenRun(
        () -> ending.end(ExitCause.DEADLINE, "The VM was ended after " + time.toMillis() + " ms."));
    exit.thenRun(() -> over.cancel(false));
  }

  // Nothing can end before the threads are there: until then nothing runs.
  private void kick() {
    threads.end();
  }

  // Runs once: on the last vCPU's thread, or on the starting thread when none was started.
  private void dismantle() {
    synchronized (machineLock) {
      dismantled = true;
    }
    try {
      machine.close();
    } catch (RuntimeException e) {
      dismantleFailure = e;
    } catch (Error e) {
      dismantleFailure =
          new VmmException(VmmException.Code.STOP, "Closing " + config.name() + " failed: " + e, e);
    }
    console.end();
    exit.complete(ending.exit());
  }
}
