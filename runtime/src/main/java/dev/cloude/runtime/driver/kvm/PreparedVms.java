package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.background.BackgroundWork;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.vmm.MachineShape;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * VMs that wait for a job: those that a {@link VmStock} wants, made while no VM boots. Thread-safe;
 * nobody who starts a VM waits here for one to be made or to go.
 *
 * @param <V> a VM that waits
 */
final class PreparedVms<V> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(PreparedVms.class.getName());

  /** How VMs that wait are made. */
  interface Maker<V> {
    /**
     * @throws RuntimeException when it cannot be made; nothing is left of it then
     */
    V make(MachineShape shape);

    /** Bytes of the host's memory that it takes while it waits. */
    long heldBytes(V vm);

    /** Takes it apart. */
    void close(V vm);
  }

  /**
   * How many there may be.
   *
   * @param most VMs that wait; 0 for none
   * @param bytes of the host's memory that they may hold
   * @param allBytes that they may hold together with the VMs that run, whose whole RAM counts
   */
  record Budget(int most, long bytes, long allBytes) {
    private static final long MIB = 1 << 20;

    static Budget of(VmSettings settings) {
      return new Budget(
          settings.prepared(),
          settings.preparedMib() * MIB,
          settings.totalMemoryMib().map(mib -> mib * MIB).orElse(Long.MAX_VALUE));
    }
  }

  /** The life of one VM, from before its start. Any thread, repeatedly. */
  final class Use {
    private final long bytes;
    private final Optional<V> vm;
    // Both guarded by the pool.
    private boolean booting = true;
    private boolean running = true;

    private Use(long bytes, Optional<V> vm) {
      this.bytes = bytes;
      this.vm = vm;
    }

    /** What to start, the caller's from now on; empty when none was made ahead. */
    Optional<V> vm() {
      return vm;
    }

    /** The guest is up: others may be made again. */
    void booted() {
      settle(this, false);
    }

    /** The VM is gone, or was never started. */
    void ended() {
      settle(this, true);
    }
  }

  private final Budget budget;
  private final Maker<V> maker;
  private final BackgroundWork work;

  // All guarded by this.
  private final VmStock<V> stock;
  private int booting;
  private boolean warned;

  /**
   * @param background runs one task at a time for this, for as long as it makes VMs; may refuse it
   */
  PreparedVms(Budget budget, Maker<V> maker, Executor background) {
    this.budget = budget;
    this.maker = maker;
    this.work = new BackgroundWork(this, background, () -> next().isPresent(), this::next);
    this.stock = new VmStock<>(budget);
  }

  /** A VM of this shape is about to be started. */
  Use use(MachineShape shape) {
    if (budget.most() == 0) {
      return new Use(shape.memoryBytes(), Optional.empty());
    }
    FileVersions now = FileVersions.of(shape);
    Use use;
    synchronized (this) {
      use = new Use(shape.memoryBytes(), stock.enter(shape, now));
      booting++;
    }
    work.wake();
    return use;
  }

  /** How many VMs wait. */
  synchronized int waiting() {
    return stock.waiting();
  }

  /** Takes apart what waits, and makes no more; one that is being made goes when it is. */
  @Override
  public void close() {
    synchronized (this) {
      stock.close();
    }
    closeLeaving();
  }

  private void settle(Use use, boolean ended) {
    if (budget.most() == 0) {
      return;
    }
    synchronized (this) {
      if (use.booting) {
        use.booting = false;
        booting--;
      }
      if (ended && use.running) {
        use.running = false;
        stock.leave(use.bytes);
      }
    }
    work.wake();
  }

  /** Guarded by this: what is to be done now. */
  private Optional<Runnable> next() {
    if (stock.hasLeaving()) {
      return Optional.of(this::closeLeaving);
    }
    return booting > 0 ? Optional.empty() : stock.missing().map(place -> () -> make(place));
  }

  private void closeLeaving() {
    List<V> going;
    synchronized (this) {
      going = stock.takeLeaving();
    }
    for (V vm : going) {
      try {
        maker.close(vm);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "A VM that waited for a job could not be taken apart", e);
      }
    }
  }

  private void make(VmStock.Place<V> place) {
    FileVersions before = FileVersions.of(place.shape());
    Optional<V> vm = Optional.empty();
    Throwable failure = null;
    try {
      vm = Optional.of(maker.make(place.shape()));
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    boolean changed = !FileVersions.of(place.shape()).equals(before);
    boolean first;
    synchronized (this) {
      vm.ifPresentOrElse(
          made -> stock.made(place, made, maker.heldBytes(made), before, changed),
          () -> stock.failed(place, before));
      // At the end it is no wonder.
      first = failure != null && !warned && !stock.isClosed();
      warned |= first;
    }
    if (first) {
      LOG.log(
          Level.WARNING,
          "No VM could be made ahead of its job, which will make its own: {0}",
          failure.getMessage());
    }
  }
}
