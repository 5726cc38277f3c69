package dev.cloude.ejb.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Finds out which nodes are dead: those whose beat has stood still for long enough, by this node's
 * own clock alone. Clocks that differ, or jump, kill nobody. Used by one thread.
 */
public final class PeerWatch {
  private record Seen(Peer peer, long since) {}

  private final String self;
  private final Duration deadAfter;
  private final LongSupplier nanos;
  private Map<String, Seen> seen = new HashMap<>();

  /**
   * @param self this node's id; it is never dead
   * @param deadAfter how long a beat may stand still
   * @param nanos as {@link System#nanoTime}
   */
  public PeerWatch(String self, Duration deadAfter, LongSupplier nanos) {
    this.self = self;
    this.deadAfter = deadAfter;
    this.nanos = nanos;
  }

  /**
   * Takes a look.
   *
   * @param peers all nodes, as they are now
   * @return those whose beat has stood still since long enough
   */
  public List<Peer> dead(List<Peer> peers) {
    long now = nanos.getAsLong();
    Map<String, Seen> next = new HashMap<>();
    List<Peer> dead = new ArrayList<>();
    for (Peer peer : peers) {
      if (peer.id().equals(self)) {
        continue;
      }
      Seen before = seen.get(peer.id());
      Seen last = before != null && before.peer().equals(peer) ? before : new Seen(peer, now);
      next.put(peer.id(), last);
      if (now - last.since() >= deadAfter.toNanos()) {
        dead.add(peer);
      }
    }
    seen = next;
    return dead;
  }
}
