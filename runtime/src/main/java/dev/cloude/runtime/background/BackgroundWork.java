package dev.cloude.runtime.background;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Does its owner's work in the background, one piece after another, for as long as there is some.
 * What there is to do is the owner's to know, and is asked under the owner's lock. Any thread.
 */
public final class BackgroundWork {
  private final Object lock;
  private final Executor background;
  private final BooleanSupplier hasWork;
  private final Supplier<Optional<Runnable>> next;

  /** Guarded by the owner's lock. */
  private boolean working;

  /**
   * @param lock of the owner
   * @param background runs one task at a time for this; may refuse it
   * @param hasWork whether there may be something; called with the lock, changes nothing
   * @param next begins the next piece; called with the lock, the piece is run without
   */
  public BackgroundWork(
      Object lock,
      Executor background,
      BooleanSupplier hasWork,
      Supplier<Optional<Runnable>> next) {
    this.lock = lock;
    this.background = background;
    this.hasWork = hasWork;
    this.next = next;
  }

  /** Sees to it that what there is to do is done. To be called without the lock. */
  public void wake() {
    synchronized (lock) {
      if (working || !hasWork.getAsBoolean()) {
        return;
      }
      working = true;
    }
    try {
      background.execute(this::workUntilDone);
    } catch (RejectedExecutionException e) {
      // The server ends, or has no thread now: the next call asks again.
      synchronized (lock) {
        working = false;
      }
    }
  }

  private void workUntilDone() {
    for (Optional<Runnable> piece = begin(); piece.isPresent(); piece = begin()) {
      piece.get().run();
    }
  }

  private Optional<Runnable> begin() {
    synchronized (lock) {
      Optional<Runnable> piece = next.get();
      working = piece.isPresent();
      return piece;
    }
  }
}
