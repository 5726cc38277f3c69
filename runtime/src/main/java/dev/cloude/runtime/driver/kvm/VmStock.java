package dev.cloude.runtime.driver.kvm;

import dev.cloude.runtime.driver.kvm.PreparedVms.Budget;
import dev.cloude.vmm.MachineShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What there is of VMs that wait, and what there should be: one of each shape that was used last,
 * as far as the memory goes that they and the VMs that run may have. What does not fit any more is
 * to leave, the one that was used longest ago first; so is one whose files have changed. Makes and
 * closes nothing. Not thread-safe.
 *
 * @param <V> a VM that waits
 */
final class VmStock<V> {
  /** A shape's place. */
  static final class Place<V> {
    private final MachineShape shape;
    // Those that the VM was made of, or could not be.
    private FileVersions files;
    private Optional<V> vm = Optional.empty();
    private boolean failed;
    // What one held last; before the first, what is to be loaded.
    private long bytes;

    private Place(MachineShape shape, FileVersions now) {
      this.shape = shape;
      this.files = now;
      this.bytes = now.loadedBytes();
    }

    MachineShape shape() {
      return shape;
    }

    /** Whether there is nothing here to keep when its files are these. */
    private boolean isOutdated(FileVersions now) {
      return (vm.isPresent() || failed) && !now.equals(files);
    }
  }

  private final Budget budget;

  /** By their last use, the latest last. */
  private final Map<MachineShape, Place<V>> shapes = new LinkedHashMap<>(16, 0.75f, true);

  private final List<V> leaving = new ArrayList<>();
  private long runningBytes;
  private boolean closed;

  VmStock(Budget budget) {
    this.budget = budget;
  }

  /**
   * A VM of this shape is about to run.
   *
   * @param now its files
   * @return the one that waits, the caller's from now on; empty when none of these files does
   */
  Optional<V> enter(MachineShape shape, FileVersions now) {
    Place<V> place = shapes.computeIfAbsent(shape, it -> new Place<>(it, now));
    if (place.isOutdated(now)) {
      drop(place);
      place.failed = false;
      place.bytes = now.loadedBytes();
    }
    Optional<V> vm = place.vm;
    place.vm = Optional.empty();
    if (shapes.size() > budget.most()) {
      Place<V> oldest = shapes.values().iterator().next();
      drop(oldest);
      shapes.remove(oldest.shape);
    }
    runningBytes += shape.memoryBytes();
    return vm;
  }

  /** A VM with so much memory does not run any more. */
  void leave(long bytes) {
    runningBytes -= bytes;
  }

  /** How many wait. */
  int waiting() {
    return (int) shapes.values().stream().filter(place -> place.vm.isPresent()).count();
  }

  /** From now on nothing fits. */
  void close() {
    closed = true;
    shapes.values().forEach(this::drop);
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether one is to be closed. */
  boolean hasLeaving() {
    dropUnfitting();
    return !leaving.isEmpty();
  }

  /** Gives away those that are to be closed. */
  List<V> takeLeaving() {
    List<V> going = List.copyOf(leaving);
    leaving.clear();
    return going;
  }

  /** Where one is to be made. */
  Optional<Place<V>> missing() {
    return fitting().stream().filter(place -> place.vm.isEmpty() && !place.failed).findFirst();
  }

  /**
   * One was made.
   *
   * @param files that it was made of
   * @param changed whether they did meanwhile: then it is of no use, nor tried again before the
   *     next use
   */
  void made(Place<V> place, V vm, long bytes, FileVersions files, boolean changed) {
    place.files = files;
    place.vm = Optional.of(vm);
    place.failed = changed;
    place.bytes = bytes;
    if (closed || changed || shapes.get(place.shape) != place) {
      drop(place);
    }
  }

  /** None could be made of these files; not tried again before the next use with others. */
  void failed(Place<V> place, FileVersions files) {
    place.files = files;
    place.failed = true;
  }

  private void dropUnfitting() {
    Set<Place<V>> fitting = fitting();
    for (Place<V> place : shapes.values()) {
      if (!fitting.contains(place)) {
        drop(place);
      }
    }
  }

  /** Those that there is memory for, the one that was used last first. */
  private Set<Place<V>> fitting() {
    Set<Place<V>> fitting = new LinkedHashSet<>();
    if (closed) {
      return fitting;
    }
    List<Place<V>> latestFirst = new ArrayList<>(shapes.values());
    Collections.reverse(latestFirst);
    long room = Math.min(budget.bytes(), budget.allBytes() - runningBytes);
    for (Place<V> place : latestFirst) {
      if (place.bytes <= room) {
        room -= place.bytes;
        fitting.add(place);
      }
    }
    return fitting;
  }

  private void drop(Place<V> place) {
    place.vm.ifPresent(leaving::add);
    place.vm = Optional.empty();
  }
}
