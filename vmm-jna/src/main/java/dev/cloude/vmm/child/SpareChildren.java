package dev.cloude.vmm.child;

import dev.cloude.vmm.VmmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Children that wait for a VM. One that is taken is replaced and never comes back; one that dies
 * while it waits is replaced when the next is taken, so that what always dies is not started
 * without end.
 */
final class SpareChildren implements AutoCloseable {
  private static final long READY_SECONDS = 180;

  private final int wanted;
  private final ChildStarter starter;

  /** Guarded by this; the next to be taken first. */
  private final Deque<CompletableFuture<ChildProcess>> spares = new ArrayDeque<>();

  /** Guarded by this. */
  private boolean closed;

  SpareChildren(int wanted, ChildStarter starter) {
    this.wanted = wanted;
    this.starter = starter;
  }

  /**
   * A child that waits for its VM; the caller's from now on, who asks for a {@link #refill} when
   * the VM runs: the two would only hold each other up.
   *
   * @throws VmmException when none can be started
   */
  ChildProcess take() throws InterruptedException {
    CompletableFuture<ChildProcess> next;
    synchronized (this) {
      spares.removeIf(SpareChildren::isUseless);
      next = spares.isEmpty() ? starter.start() : spares.poll();
    }
    return awaitReady(next);
  }

  /**
   * A child that no VM's start misses: those that wait stay. The caller's from now on.
   *
   * @throws VmmException when none can be started
   */
  ChildProcess another() throws InterruptedException {
    return awaitReady(starter.start());
  }

  /**
   * Starts a child and waits until it is ready, then those that are to wait.
   *
   * @throws VmmException when none can be started
   */
  void open() throws InterruptedException {
    CompletableFuture<ChildProcess> first = starter.start();
    ChildProcess child = awaitReady(first);
    synchronized (this) {
      if (wanted == 0 || closed) {
        child.kill();
      } else {
        spares.add(first);
      }
    }
    refill();
  }

  /** Starts as many as are to wait. */
  synchronized void refill() {
    while (!closed && spares.size() < wanted) {
      spares.add(starter.start());
    }
  }

  /** How many could take a VM now. */
  synchronized int waiting() {
    return (int) spares.stream().filter(SpareChildren::isWaiting).count();
  }

  /** Kills those that wait, and those that are being started. */
  @Override
  public void close() {
    List<CompletableFuture<ChildProcess>> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(spares);
      spares.clear();
    }
    left.forEach(spare -> spare.thenAccept(ChildProcess::kill));
  }

  private static ChildProcess awaitReady(CompletableFuture<ChildProcess> next)
      throws InterruptedException {
    try {
      ChildProcess child = next.get(READY_SECONDS, TimeUnit.SECONDS);
      child.ready().get(READY_SECONDS, TimeUnit.SECONDS);
      return child;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VmmException known) {
        throw new VmmException(known.code(), known.getMessage(), e);
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      next.thenAccept(ChildProcess::kill);
      throw new VmmException(
          VmmException.Code.PROCESS,
          "A process for a VM was not ready within " + READY_SECONDS + " s; is this host busy?",
          e);
    } catch (InterruptedException e) {
      next.thenAccept(ChildProcess::kill);
      throw e;
    }
  }

  private static boolean isWaiting(CompletableFuture<ChildProcess> spare) {
    return spare.isDone() && !spare.isCompletedExceptionally() && spare.join().isWaiting();
  }

  private static boolean isUseless(CompletableFuture<ChildProcess> spare) {
    return spare.isCompletedExceptionally() || spare.isDone() && spare.join().exit().isDone();
  }
}
