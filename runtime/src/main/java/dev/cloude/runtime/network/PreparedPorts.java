package dev.cloude.runtime.network;

import dev.cloude.runtime.background.BackgroundWork;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Places on the bridge that wait for a guest: none before the first guest had one, and from then on
 * what a {@link PortStock} wants. They are made and removed while no guest boots. A waiting port's
 * address is not leased: it is the guest's that leases it, who then gets the port, too. Each is
 * used once at most. Thread-safe.
 */
final class PreparedPorts implements AutoCloseable {
  private static final Logger LOG = System.getLogger(PreparedPorts.class.getName());

  /** How ports are made. */
  @FunctionalInterface
  interface Maker {
    /**
     * @throws IOException when it cannot be made; nothing is left of it then
     */
    TapPort make(GuestAddress address, NetworkPolicy policy) throws IOException;
  }

  /** One guest's use of an address, from before its port is there. Any thread, repeatedly. */
  final class Use {
    private final Inet4Address address;

    // Both guarded by the pool.
    private boolean booting = true;
    private boolean current = true;

    private Use(Inet4Address address) {
      this.address = address;
    }

    /** The guest is up: others may be made again. */
    void booted() {
      settle(this, false);
    }

    /** The guest and its port are gone, or never were. */
    void ended() {
      settle(this, true);
    }
  }

  private final Maker maker;
  private final BackgroundWork work;

  // All guarded by this.
  private final PortStock stock;

  /** The address of the port which is being made or removed. */
  private Optional<Inet4Address> changing = Optional.empty();

  private int booting;
  private boolean failed;
  private boolean warned;
  private boolean closed;

  /**
   * @param background runs one task at a time for this; may refuse it
   */
  PreparedPorts(PortStock stock, Maker maker, Executor background) {
    this.stock = stock;
    this.maker = maker;
    this.work = new BackgroundWork(this, background, this::hasWork, this::next);
  }

  /** The addresses of those that wait for a guest with this policy. */
  synchronized List<GuestAddress> addresses(NetworkPolicy policy) {
    return stock.addresses(policy);
  }

  /** How many there are, with one that is being made or removed. */
  synchronized int count() {
    return stock.size() + (changing.isPresent() ? 1 : 0);
  }

  /** A guest is about to get this address. */
  synchronized Use use(Inet4Address address, NetworkPolicy policy) {
    stock.enter(address, policy);
    booting++;
    return new Use(address);
  }

  /**
   * Gives away the port that there is with the address, whatever its policy. One that is being made
   * or removed is waited for.
   */
  synchronized Optional<TapPort> take(Inet4Address address) {
    awaitUnchanging(address::equals);
    return stock.take(address);
  }

  /** Takes one back that could not be removed. */
  synchronized void giveBack(TapPort port) {
    stock.addLeaving(port);
  }

  /** Removes those that wait, and makes no more. */
  @Override
  public void close() {
    List<TapPort> going;
    synchronized (this) {
      closed = true;
      awaitUnchanging(any -> true);
      going = stock.takeAll();
    }
    going.forEach(PreparedPorts::removed);
  }

  /** Guarded by this. Not cut short by an interrupt: it is a matter of milliseconds. */
  private void awaitUnchanging(Predicate<Inet4Address> addresses) {
    boolean interrupted = false;
    while (changing.filter(addresses).isPresent()) {
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

  private void settle(Use use, boolean ended) {
    synchronized (this) {
      if (use.booting) {
        use.booting = false;
        booting--;
      }
      if (ended && use.current) {
        use.current = false;
        stock.leave(use.address);
      }
      failed = false;
    }
    work.wake();
  }

  /** Guarded by this. */
  private Optional<Runnable> next() {
    if (!hasWork()) {
      return Optional.empty();
    }
    Optional<TapPort> going = stock.surplus().flatMap(stock::take);
    return going.isPresent() ? going.map(this::removal) : stock.missing().flatMap(this::making);
  }

  /** Guarded by this. */
  private boolean hasWork() {
    return !closed
        && !failed
        && booting == 0
        && (stock.surplus().isPresent() || stock.missing().isPresent());
  }

  /** Guarded by this. */
  private Runnable removal(TapPort port) {
    changing = Optional.of(port.address().address());
    return () -> {
      boolean gone = removed(port);
      synchronized (this) {
        if (!gone) {
          stock.addLeaving(port);
          failed = true;
        }
        changed();
      }
    };
  }

  private static boolean removed(TapPort port) {
    try {
      port.close();
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A network place that waited for a job is still there", e);
      return false;
    }
  }

  /** Guarded by this; empty when no address is left. */
  private Optional<Runnable> making(NetworkPolicy policy) {
    Optional<GuestAddress> address = stock.unused();
    changing = address.map(GuestAddress::address);
    return address.map(one -> () -> make(one, policy));
  }

  private void make(GuestAddress address, NetworkPolicy policy) {
    Optional<TapPort> port = Optional.empty();
    Throwable failure = null;
    try {
      port = Optional.of(maker.make(address, policy));
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    boolean first;
    synchronized (this) {
      port.ifPresent(stock::add);
      failed = failure != null;
      first = failed && !warned;
      warned |= failed;
      changed();
    }
    if (first) {
      LOG.log(
          Level.WARNING,
          "No network place could be made ahead of its job, which will make its own: {0}",
          failure.getMessage());
    }
  }

  /** Guarded by this. */
  private void changed() {
    changing = Optional.empty();
    notifyAll();
  }
}
