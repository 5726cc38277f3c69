package dev.cloude.runtime.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The VMs that this node has now, and how the last start of an agent went. Thread-safe. */
public final class VmRegistry {
  private final Clock clock;
  private final Set<Vm> vms = ConcurrentHashMap.newKeySet();
  private volatile Optional<Readiness> lastReadiness = Optional.empty();

  /**
   * How a wait for an agent ended.
   *
   * @param ready whether it answered
   * @param after how long that took
   * @param at when it was known
   */
  public record Readiness(boolean ready, Duration after, Instant at) {}

  public VmRegistry(Clock clock) {
    this.clock = clock;
  }

  /** How many VMs are in each state; {@link VmState#GONE} ones are not known here. */
  public Map<VmState, Integer> counts() {
    Map<VmState, Integer> counts = new EnumMap<>(VmState.class);
    for (VmState state : VmState.values()) {
      if (state != VmState.GONE) {
        counts.put(state, 0);
      }
    }
    vms.forEach(vm -> counts.computeIfPresent(vm.state(), (state, count) -> count + 1));
    return counts;
  }

  /** The names of all VMs that are not gone: their executions' ids. */
  public Set<String> names() {
    return vms.stream().map(Vm::name).collect(Collectors.toUnmodifiableSet());
  }

  /** The last wait for an agent; empty before the first. */
  public Optional<Readiness> lastReadiness() {
    return lastReadiness;
  }

  /** Adds a VM that is about to be made. */
  Vm create(String name) {
    Vm vm = new Vm(name);
    vms.add(vm);
    return vm;
  }

  void reportReadiness(boolean ready, Duration after) {
    lastReadiness = Optional.of(new Readiness(ready, after, clock.instant()));
  }

  /** One VM's state. */
  final class Vm {
    private final String name;

    /** Guarded by this. */
    private VmState state = VmState.CREATING;

    private Vm(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    synchronized VmState state() {
      return state;
    }

    /**
     * Changes the state; no effect if it is that already.
     *
     * @throws IllegalStateException when the one may not follow the other
     */
    synchronized void to(VmState next) {
      if (state == next) {
        return;
      }
      if (!state.next().contains(next)) {
        throw new IllegalStateException(name + " is " + state + " and cannot become " + next);
      }
      state = next;
      if (next == VmState.GONE) {
        vms.remove(this);
      }
    }

    /** As {@link #to}, unless the VM is being ended by another thread already. */
    synchronized void advance(VmState next) {
      if (state.next().contains(next)) {
        to(next);
      }
    }
  }
}
