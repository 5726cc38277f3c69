package dev.cloude.runtime.network;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import java.net.Inet4Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What there is of ports that wait, and what there should be: the policies of the last guests, as
 * many as may wait, with addresses that nobody has here. Makes and removes nothing. Not
 * thread-safe.
 */
final class PortStock {
  private final int most;
  private final Ipv4Range range;

  /** The addresses of guests; one may be there twice, while a guest ends and another comes. */
  private final List<Inet4Address> guests = new ArrayList<>();

  /** The policies of the last guests, the latest last. */
  private final Deque<NetworkPolicy> wanted = new ArrayDeque<>();

  private final List<TapPort> waiting = new ArrayList<>();

  /** Could not be removed. */
  private final List<TapPort> leaving = new ArrayList<>();

  PortStock(int most, Ipv4Range range) {
    this.most = most;
    this.range = range;
  }

  /** A guest has come; the first one's policy is that of all that wait. */
  void enter(Inet4Address address, NetworkPolicy policy) {
    guests.add(address);
    if (wanted.size() == most) {
      wanted.pollFirst();
    }
    while (wanted.size() < most) {
      wanted.addLast(policy);
    }
  }

  /** A guest is gone. */
  void leave(Inet4Address address) {
    guests.remove(address);
  }

  /** The addresses of those that wait for a guest with this policy, the oldest first. */
  List<GuestAddress> addresses(NetworkPolicy policy) {
    return waiting.stream().filter(port -> port.policy() == policy).map(TapPort::address).toList();
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  void add(TapPort port) {
    waiting.add(port);
  }

  /** Adds one that is to be removed. */
  void addLeaving(TapPort port) {
    leaving.add(port);
  }

  /** Gives away the one with the address, whatever is to become of it. */
  Optional<TapPort> take(Inet4Address address) {
    return with(address, waiting).or(() -> with(address, leaving));
  }

  private static Optional<TapPort> with(Inet4Address address, Collection<TapPort> ports) {
    Optional<TapPort> found =
        ports.stream().filter(port -> port.address().address().equals(address)).findFirst();
    found.ifPresent(ports::remove);
    return found;
  }

  /** Gives away all. */
  List<TapPort> takeAll() {
    List<TapPort> all = new ArrayList<>(waiting);
    all.addAll(leaving);
    waiting.clear();
    leaving.clear();
    return all;
  }

  /** The address of one that is to be removed. */
  Optional<Inet4Address> surplus() {
    return leaving.stream()
        .findFirst()
        .or(
            () ->
                waiting.stream()
                    .filter(port -> waiting(port.policy()) > wanted(port.policy()))
                    .findFirst())
        .map(port -> port.address().address());
  }

  /** The policy of one that is to be made. */
  Optional<NetworkPolicy> missing() {
    return wanted.stream().filter(policy -> waiting(policy) < wanted(policy)).findFirst();
  }

  private long waiting(NetworkPolicy policy) {
    return waiting.stream().filter(port -> port.policy() == policy).count();
  }

  private int wanted(NetworkPolicy policy) {
    return Collections.frequency(wanted, policy);
  }

  /** An address that nobody has here. */
  Optional<GuestAddress> unused() {
    Set<Inet4Address> taken = new HashSet<>(guests);
    waiting.forEach(port -> taken.add(port.address().address()));
    leaving.forEach(port -> taken.add(port.address().address()));
    return range.anyGuest(address -> !taken.contains(address));
  }
}
