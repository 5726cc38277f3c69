package dev.cloude.runtime.driver.kvm;

import dev.cloude.vmm.MachineShape;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * VMs that wait for a job: one of each shape that was used last, made while no VM boots, as far as
 * the memory goes that they and the VMs that run may have. What does not fit any more goes, the one
 * that was used longest ago first. None is used whose files have changed since. Thread-safe; nobody
 * who starts a VM waits here for one to be made or to go.
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
  record Budget(int most, long bytes, long allBytes) {}

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

  private final class Entry {
    private final MachineShape shape;
    // Those that the VM was made of, or could not be.
    private FileVersions files;
    private V vm;
    private boolean failed;
    // What one held last; before the first, what is to be loaded.
    private long bytes;

    private Entry(MachineShape shape, FileVersions now) {
      this.shape = shape;
      this.files = now;
      this.bytes = now.loadedBytes();
    }

    /** Whether there is nothing here to keep when its files are these. */
    private boolean isOutdated(FileVersions now) {
      return (vm != null || failed) && !now.equals(files);
    }
  }

  private final Budget budget;
  private final Maker<V> maker;
  private final Executor background;

  // All guarded by this; the shapes by their last use, the latest last.
  private final Map<MachineShape, Entry> shapes = new LinkedHashMap<>(16, 0.75f, true);
  private final List<V> leaving = new ArrayList<>();
  private int booting;
  private long runningBytes;
  private boolean working;
  private boolean closed;
  private boolean warned;

  /**
   * @param background runs one task at a time for this, for as long as it makes VMs; may refuse it
   */
  PreparedVms(Budget budget, Maker<V> maker, Executor background) {
    this.budget = budget;
    this.maker = maker;
    this.background = background;
  }

  /** A VM of this shape is about to be started. */
  Use use(MachineShape shape) {
    if (budget.most() == 0) {
      return new Use(shape.memoryBytes(), Optional.empty());
    }
    FileVersions now = FileVersions.of(shape);
    Use use;
    synchronized (this) {
      Entry entry = shapes.computeIfAbsent(shape, it -> new Entry(it, now));
      if (entry.isOutdated(now)) {
        drop(entry);
        entry.failed = false;
        entry.bytes = now.loadedBytes();
      }
      use = new Use(shape.memoryBytes(), Optional.ofNullable(entry.vm));
      entry.vm = null;
      if (shapes.size() > budget.most()) {
        Entry oldest = shapes.values().iterator().next();
        drop(oldest);
        shapes.remove(oldest.shape);
      }
      booting++;
      runningBytes += use.bytes;
    }
    work();
    return use;
  }

  /** How many VMs wait. */
  synchronized int waiting() {
    return (int) shapes.values().stream().filter(entry -> entry.vm != null).count();
  }

  /** Takes apart what waits, and makes no more; one that is being made goes when it is. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      shapes.values().forEach(this::drop);
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
        runningBytes -= use.bytes;
      }
    }
    work();
  }

  private void work() {
    synchronized (this) {
      if (working || next() == null) {
        return;
      }
      working = true;
    }
    try {
      background.execute(this::workUntilDone);
    } catch (RejectedExecutionException e) {
      // The server ends, or has no thread now: the next use or end asks again.
      synchronized (this) {
        working = false;
      }
    }
  }

  private void workUntilDone() {
    for (Runnable next = begin(); next != null; next = begin()) {
      next.run();
    }
  }

  private synchronized Runnable begin() {
    Runnable next = next();
    working = next != null;
    return next;
  }

  // Guarded by this: what is to be done now; null for nothing.
  private Runnable next() {
    Set<Entry> fitting = fitting();
    for (Entry entry : shapes.values()) {
      if (!fitting.contains(entry)) {
        drop(entry);
      }
    }
    if (!leaving.isEmpty()) {
      return this::closeLeaving;
    }
    if (booting > 0) {
      return null;
    }
    for (Entry entry : fitting) {
      if (entry.vm == null && !entry.failed) {
        return () -> make(entry);
      }
    }
    return null;
  }

  // Guarded by this: those that there is memory for, the one that was used last first.
  private Set<Entry> fitting() {
    Set<Entry> fitting = new LinkedHashSet<>();
    if (closed) {
      return fitting;
    }
    List<Entry> latestFirst = new ArrayList<>(shapes.values());
    Collections.reverse(latestFirst);
    long room = Math.min(budget.bytes(), budget.allBytes() - runningBytes);
    for (Entry entry : latestFirst) {
      if (entry.bytes <= room) {
        room -= entry.bytes;
        fitting.add(entry);
      }
    }
    return fitting;
  }

  // Guarded by this.
  private void drop(Entry entry) {
    if (entry.vm != null) {
      leaving.add(entry.vm);
      entry.vm = null;
    }
  }

  private void closeLeaving() {
    List<V> going;
    synchronized (this) {
      going = List.copyOf(leaving);
      leaving.clear();
    }
    for (V vm : going) {
      try {
        maker.close(vm);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "A VM that waited for a job could not be taken apart", e);
      }
    }
  }

  private void make(Entry entry) {
    FileVersions before = FileVersions.of(entry.shape);
    V vm = null;
    Throwable failure = null;
    try {
      vm = maker.make(entry.shape);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    boolean changed = !FileVersions.of(entry.shape).equals(before);
    boolean first;
    synchronized (this) {
      entry.files = before;
      entry.vm = vm;
      // One of files that changed meanwhile is not tried again before the next use.
      entry.failed = vm == null || changed;
      if (vm != null) {
        entry.bytes = maker.heldBytes(vm);
      }
      if (closed || changed || shapes.get(entry.shape) != entry) {
        drop(entry);
      }
      first = failure != null && !warned;
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
