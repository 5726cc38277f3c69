package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.node.Nodes;
import dev.cloude.ejb.node.Peer;
import dev.cloude.ejb.node.PeerWatch;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.metrics.JobMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class NodeLifeTest {
  /** Kept, because the logging framework forgets levels with their loggers. */
  private static final Logger ENGINE = Logger.getLogger("dev.cloude.ejb.engine");

  static {
    ENGINE.setLevel(Level.OFF);
  }

  private final List<String> events = new ArrayList<>();
  private final Map<String, Peer> rows = new ConcurrentHashMap<>();
  private final JobMetrics metrics = new JobMetrics(new SimpleMeterRegistry());
  private long now;
  private final NodeLife life = node("a", "one");

  private NodeLife node(String id, String lifeId) {
    return new NodeLife(
        id,
        lifeId,
        new FakeNodes(),
        new FakeQueue(),
        new FakeLeases(),
        new PeerWatch(id, Duration.ofSeconds(30), () -> now),
        RestartPolicy.REQUEUE,
        new JobJournals(),
        metrics,
        () -> events.add("lost"));
  }

  @Test
  void aStartTakesOverWhatAnEarlierLifeHeldAndNothingElse() {
    rows.put("b", new Peer("b", "x", 1));

    life.begin();

    assertThat(events).containsExactly("reap a: " + NodeLife.RESTARTED, "release a");
    assertThat(rows.keySet()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatADeadNodeHeldIsTakenOverOnce() {
    life.begin();
    rows.put("b", new Peer("b", "x", 1));
    events.clear();

    assertThat(life.beat()).isTrue();
    now += Duration.ofSeconds(30).toNanos();
    assertThat(events).isEmpty();
    assertThat(life.beat()).isTrue();
    assertThat(life.beat()).isTrue();

    assertThat(events).containsExactly("reap b: " + NodeLife.DIED, "release b");
    assertThat(rows.keySet()).containsExactly("a");
  }

  @Test
  void whoWasTakenForDeadDropsItsJobsAndLivesOn() {
    life.begin();
    events.clear();
    rows.clear();

    assertThat(life.beat()).isTrue();

    assertThat(events).containsExactly("lost");
    assertThat(rows.keySet()).containsExactly("a");
    assertThat(life.beat()).isTrue();
  }

  @Test
  void ofTwoServersWithOneIdTheOlderGivesWay() {
    life.begin();
    node("a", "two").begin();
    events.clear();

    assertThat(life.beat()).isFalse();

    assertThat(events).containsExactly("lost");
    assertThat(rows.get("a").life()).isEqualTo("two");
  }

  /** Rows in memory. */
  private final class FakeNodes extends Nodes {
    @Override
    public void begin(String id, String lifeId) {
      rows.put(id, new Peer(id, lifeId, 0));
    }

    @Override
    public boolean beat(String id, String lifeId) {
      Peer peer = rows.get(id);
      if (peer == null || !peer.life().equals(lifeId)) {
        return false;
      }
      rows.put(id, new Peer(id, lifeId, peer.beat() + 1));
      return true;
    }

    @Override
    public List<Peer> all() {
      return List.copyOf(rows.values());
    }

    @Override
    public boolean remove(Peer peer) {
      return rows.remove(peer.id(), peer);
    }
  }

  private final class FakeQueue extends JobQueue {
    @Override
    public Reaped reap(String node, RestartPolicy policy, String reason) {
      events.add("reap " + node + ": " + reason);
      return new Reaped(List.of("K"), List.of("J"));
    }
  }

  private final class FakeLeases extends IpLeases {
    @Override
    public int releaseOf(String node) {
      events.add("release " + node);
      return 1;
    }
  }
}
