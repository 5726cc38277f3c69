package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.Retention;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.metrics.JobMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private final List<String> held = new ArrayList<>();
  private final List<String> givenUp = new ArrayList<>();
  private final QueueDepth depth = new QueueDepth();
  private final NodeStatus status = new NodeStatus();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Housekeeping housekeeping =
      new Housekeeping(
          "node",
          new FakeQueue(),
          new FakeLeases(),
          new Retention(),
          JobSettings.from(new Settings(name -> Optional.empty())),
          status,
          new JobMetrics(meters),
          new JobJournals(),
          depth);

  @Test
  void aJobThatNobodyRunsIsGivenUpWhenItIsSeenTwice() {
    held.addAll(List.of("lost", "running", "just claimed"));
    housekeeping.checkDatabase(Set.of());
    housekeeping.giveUpOrphans(() -> Set.of("running"));
    assertThat(givenUp).isEmpty();

    housekeeping.checkDatabase(Set.of());
    housekeeping.giveUpOrphans(() -> Set.of("running", "just claimed"));

    assertThat(givenUp).containsExactly("lost");
  }

  @Test
  void whatIsCountedIsShown() {
    // One without an address is not mistaken for one that has kept its own.
    held.addAll(List.of("running", "without a network"));

    assertThat(housekeeping.checkDatabase(Set.of("canary"))).isTrue();

    assertThat(depth.get()).isEqualTo(7);
    assertThat(meters.get("cloude.queue.depth").gauge().value()).isEqualTo(7);
    assertThat(meters.get("cloude.leaked").tag("kind", "lease").gauge().value()).isEqualTo(1);
    assertThat(status.fact(NodeStatus.Subject.DATABASE).up()).isTrue();
  }

  private final class FakeQueue extends JobQueue {
    @Override
    public List<String> heldBy(String node) {
      return held;
    }

    @Override
    public long queued() {
      return 7;
    }

    @Override
    public Reaped giveUp(String node, Collection<String> ids, RestartPolicy policy, String reason) {
      givenUp.addAll(new TreeSet<>(ids));
      return new Reaped(List.of(), List.copyOf(ids));
    }
  }

  private static final class FakeLeases extends IpLeases {
    @Override
    public List<String> holdersAt(String node) {
      return List.of("running", "ended", "canary");
    }
  }
}
