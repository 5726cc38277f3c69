package dev.cloude.runtime.network;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * Places on the bridge that wait for a guest: none before the first guest had one, and from then on
 * as many as are wanted, with the policies of the last guests. They are made while no guest boots,
 * with addresses that no guest of this node has. A waiting port's address is not leased: it is the
 * guest's that leases it, who then gets the port, too. Each is used once at most. Thread-safe.
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

    /** Guarded by the pool. */
    private boolean booting = true;

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

  private final int most;
  private final Ipv4Range range;
  private final Maker maker;
  private final Executor background;

  // All guarded by this.
  private final Set<Use> uses = new HashSet<>();
  private final Deque<NetworkPolicy> wanted = new ArrayDeque<>();
  private final List<TapPort> waiting = new ArrayList<>();
  private final List<TapPort> leaving = new ArrayList<>();

  /** That of the port which is being made or removed. */
  private Optional<Inet4Address> changing = Optional.empty();

  private int booting;
  private boolean working;
  private boolean failed;
  private boolean warned;
  private boolean closed;

  /**
   * @param most ports that wait; 0 for none
   * @param range whose addresses they have
   * @param background runs one task at a time for this; may refuse it
   */
  PreparedPorts(int most, Ipv4Range range, Maker maker, Executor background) {
    this.most = most;
    this.range = range;
    this.maker = maker;
    this.background = background;
  }

  /** The addresses of those that wait for a guest with this policy. */
  synchronized List<GuestAddress> addresses(NetworkPolicy policy) {
    return waiting.stream().filter(port -> port.policy() == policy).map(TapPort::address).toList();
  }

  /** How many there are, with one that is being made or removed. */
  synchronized int count() {
    return waiting.size() + (changing.isPresent() ? 1 : 0);
  }

  /** A guest is about to get this address. */
  synchronized Use use(Inet4Address address, NetworkPolicy policy) {
    Use use = new Use(address);
    uses.add(use);
    booting++;
    if (wanted.size() == most) {
      wanted.pollFirst();
    }
    while (wanted.size() < most) {
      wanted.addLast(policy);
    }
    return use;
  }

  /**
   * Gives away the port that there is with the address, whatever its policy. One that is being made
   * or removed is waited for.
   */
  synchronized Optional<TapPort> take(Inet4Address address) {
    awaitUnchanging(address::equals);
    Optional<TapPort> found = withAddress(waiting, address).or(() -> withAddress(leaving, address));
    found.ifPresent(waiting::remove);
    found.ifPresent(leaving::remove);
    return found;
  }

  /** Takes one back that could not be removed. */
  synchronized void leave(TapPort port) {
    leaving.add(port);
  }

  /** Removes those that wait, and makes no more. */
  @Override
  public void close() {
    List<TapPort> going;
    synchronized (this) {
      closed = true;
      awaitUnchanging(any -> true);
      going = new ArrayList<>(waiting);
      going.addAll(leaving);
      waiting.clear();
      leaving.clear();
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

  private static Optional<TapPort> withAddress(List<TapPort> ports, Inet4Address address) {
    return ports.stream().filter(port -> port.address().address().equals(address)).findFirst();
  }

  private void settle(Use use, boolean ended) {
    synchronized (this) {
      if (use.booting) {
        use.booting = false;
        booting--;
      }
      if (ended) {
        uses.remove(use);
      }
      failed = false;
    }
    work();
  }

  private void work() {
    synchronized (this) {
      if (working || !hasWork()) {
        return;
      }
      working = true;
    }
    try {
      background.execute(this::workUntilDone);
    } catch (RejectedExecutionException e) {
      // The server ends, or has no thread now: the next guest asks again.
      synchronized (this) {
        working = false;
      }
    }
  }

  private void workUntilDone() {
    Optional<Runnable> next;
    while ((next = begin()).isPresent()) {
      next.get().run();
    }
  }

  /** Guarded by this. */
  private boolean hasWork() {
    return !closed && !failed && booting == 0 && (surplus().isPresent() || missing().isPresent());
  }

  private synchronized Optional<Runnable> begin() {
    Optional<Runnable> next = Optional.empty();
    if (hasWork()) {
      Optional<TapPort> going = surplus();
      next = going.isPresent() ? going.map(this::removal) : missing().flatMap(this::making);
    }
    working = next.isPresent();
    return next;
  }

  /** Guarded by this: what is to be removed. */
  private Optional<TapPort> surplus() {
    return leaving.stream()
        .findFirst()
        .or(
            () ->
                waiting.stream()
                    .filter(port -> waiting(port.policy()) > wanted(port.policy()))
                    .findFirst());
  }

  /** Guarded by this: the policy of the one to be made. */
  private Optional<NetworkPolicy> missing() {
    return wanted.stream().filter(policy -> waiting(policy) < wanted(policy)).findFirst();
  }

  private long waiting(NetworkPolicy policy) {
    return waiting.stream().filter(port -> port.policy() == policy).count();
  }

  private int wanted(NetworkPolicy policy) {
    return Collections.frequency(wanted, policy);
  }

  /** Guarded by this. */
  private Runnable removal(TapPort port) {
    waiting.remove(port);
    leaving.remove(port);
    changing = Optional.of(port.address().address());
    return () -> {
      boolean gone = removed(port);
      synchronized (this) {
        if (!gone) {
          leaving.add(port);
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
    Optional<GuestAddress> address = unused();
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
      port.ifPresent(waiting::add);
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

  /** Guarded by this: an address that nobody has here. */
  private Optional<GuestAddress> unused() {
    Set<Inet4Address> taken = new HashSet<>();
    uses.forEach(use -> taken.add(use.address));
    waiting.forEach(port -> taken.add(port.address().address()));
    leaving.forEach(port -> taken.add(port.address().address()));
    return range.anyGuest(address -> !taken.contains(address));
  }
}
