package dev.cloude.vmm;

import dev.cloude.vmm.boot.BootException;
import dev.cloude.vmm.device.ConsoleTail;
import dev.cloude.vmm.kvm.KvmException;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.limit.RateLimiter;
import dev.cloude.vmm.memory.GuestMemoryException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A VM that stands before its guest's first instruction: memory, kernel, initramfs, devices, vCPUs
 * and their registers. It has no thread, runs nothing, and waits for as long as one likes.
 *
 * <pre>
 * ready ── start ──▶ started: the MicroVm is its caller's
 *   └───── close ──▶ closed: nothing is left
 * </pre>
 *
 * <p>The first of both calls decides, whoever makes them: a close after the start does nothing, a
 * start after the close is refused. Its files may change meanwhile: the guest has those that were
 * there when it was made, but for a mapped initramfs and disks, which must stay as they are.
 */
public final class PreparedVm implements AutoCloseable {
  private enum State {
    READY,
    STARTED,
    CLOSED
  }

  private final MachineShape shape;
  private final PhaseClock clock = new PhaseClock();
  private final ConsoleTail console;
  private final Ending ending;
  private final Machine machine;
  // Set before anybody has this VM, unless it is started at once.
  private long heldBytes;
  private final AtomicReference<State> state = new AtomicReference<>(State.READY);

  private PreparedVm(MachineShape shape) {
    this.shape = shape;
    this.console =
        new ConsoleTail(
            MicroVm.CONSOLE_BYTES, new RateLimiter(shape.limits().console(), System::nanoTime));
    this.ending = new Ending(console);
    this.machine = new Machine(shape, console, ending, clock);
    clock.reached(PhaseClock.Phase.CREATED);
    try {
      machine.load();
      clock.reached(PhaseClock.Phase.LOADED);
    } catch (RuntimeException | Error e) {
      machine.closeAfter(e);
      throw e;
    }
  }

  /** For a start at once: nobody asks what it holds while it waits. */
  static PreparedVm make(MachineShape shape) {
    return translated(() -> new PreparedVm(shape));
  }

  static PreparedVm ahead(MachineShape shape) {
    PreparedVm vm = make(shape);
    try {
      vm.heldBytes = vm.machine.residentBytes();
      return vm;
    } catch (RuntimeException | Error e) {
      vm.machine.closeAfter(e);
      throw e;
    }
  }

  /** What it was made by: it starts VMs of this shape. */
  public MachineShape shape() {
    return shape;
  }

  /**
   * Bytes of the host's memory that its RAM takes while it waits: what was loaded, rounded up to
   * the host's pages. Nothing of that is shared, unless the initramfs is mapped.
   */
  public long heldBytes() {
    return heldBytes;
  }

  /**
   * Starts the VM; returns when its vCPUs have been set running. Its {@link MicroVm#phases} are
   * measured from here.
   *
   * @param config of the same {@linkplain MicroVmConfig#shape shape}; its command line, name,
   *     console, deadline, TAP device and vhost are taken
   * @throws VmmException {@link VmmException.Code#CONFIG} when the shape is another one: this VM
   *     then stays as it is. Any other code when it cannot be started: then nothing is left of it
   * @throws IllegalStateException when it was started or closed before
   */
  public MicroVm start(MicroVmConfig config) {
    return start(config, () -> {});
  }

  /**
   * As {@link #start(MicroVmConfig)}, for a process that gives up its rights in time.
   *
   * @param opened as for {@link MicroVm#start(MicroVmConfig, Runnable)}
   */
  public MicroVm start(MicroVmConfig config, Runnable opened) {
    if (!shape.equals(config.shape())) {
      throw new VmmException(
          VmmException.Code.CONFIG,
          String.format(
              "A VM was made as %s and cannot be started as %s; make another.",
              shape, config.shape()));
    }
    if (!state.compareAndSet(State.READY, State.STARTED)) {
      throw new IllegalStateException(
          "A prepared VM can be started once and not after its close; this one is "
              + (state.get() == State.STARTED ? "started." : "closed."));
    }
    clock.restart();
    return begin(config, opened);
  }

  /**
   * Takes everything apart unless it was started. Idempotent, from any thread; returns when nothing
   * is left.
   */
  @Override
  public void close() {
    if (state.compareAndSet(State.READY, State.CLOSED)) {
      machine.close();
    }
  }

  /**
   * Starts it, by its one owner, measured from when it was made.
   *
   * @param opened as for {@link MicroVm#start(MicroVmConfig, Runnable)}
   */
  MicroVm begin(MicroVmConfig config, Runnable opened) {
    return translated(
        () -> {
          MicroVm vm;
          try {
            machine.finish(config);
            opened.run();
            vm = new MicroVm(config, machine, console, ending, clock);
          } catch (RuntimeException | Error e) {
            machine.closeAfter(e);
            throw e;
          }
          vm.run();
          return vm;
        });
  }

  private static <T> T translated(Supplier<T> action) {
    try {
      return action.get();
    } catch (BootException e) {
      throw new VmmException(VmmException.Code.BOOT, e.getMessage(), e);
    } catch (GuestMemoryException e) {
      throw new VmmException(VmmException.Code.MEMORY, e.getMessage(), e);
    } catch (KvmException | ErrnoException e) {
      throw new VmmException(VmmException.Code.KVM, e.getMessage(), e);
    }
  }
}
