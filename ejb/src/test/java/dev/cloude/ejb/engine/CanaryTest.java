package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.NodeStatus.Fact;
import dev.cloude.runtime.job.NodeStatus.Subject;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  private final Recorded recorded = new Recorded();
  private final VmPermits permits = new VmPermits(1, 1000);
  private final Canary canary = recorded.canary(permits, Runnable::run);
  private final AtomicInteger landed = new AtomicInteger();

  private void look() {
    canary.look(true, landed::incrementAndGet);
  }

  private Fact fact() {
    return recorded.status.fact(Subject.AGENT);
  }

  private void pass(Duration time) {
    recorded.now.addAndGet(time.toNanos());
  }

  @Test
  void readinessWaitsForTheFirstOneWhichLeavesNothingBehind() {
    recorded.watch.report();
    assertThat(fact().up()).isFalse();
    assertThat(fact().detail()).isEqualTo(AgentWatch.FIRST);

    look();

    assertThat(fact().up()).isTrue();
    assertThat(fact().detail()).isEqualTo("The last VM's agent answered after 2 ms.");
    assertThat(recorded.events).containsExactly("close", "release lease of a canary");
    assertThat(permits.free()).isEqualTo(1);
    assertThat(permits.freeMib()).isEqualTo(1000);
    assertThat(canary.flying()).isEmpty();
    assertThat(landed).hasValue(1);
    assertThat(recorded.canaries("ready")).isEqualTo(1);
    assertThat(recorded.meters.find("cloude.jobs.finished").counters()).isEmpty();
    assertThat(recorded.results).isEmpty();
  }

  @Test
  void theNextOneIsDueWhenNoAgentAnsweredForTheInterval() {
    look();
    pass(INTERVAL.minusSeconds(1));
    look();
    assertThat(recorded.canaries("ready")).isEqualTo(1);

    recorded.execution.run(Recorded.claim("a job without an agent"));
    pass(Duration.ofSeconds(1));
    look();
    assertThat(recorded.canaries("ready")).isEqualTo(2);
  }

  @Test
  void aJobWhoseAgentAnsweredIsAsGoodAsACanary() {
    recorded.sessions.program =
        (execution, listener) -> {
          listener.agentReady(Duration.ofMillis(3));
          return Recorded.RESULT;
        };

    recorded.execution.run(Recorded.claim("J"));
    look();

    assertThat(fact().detail()).isEqualTo("The last VM's agent answered after 3 ms.");
    assertThat(recorded.canaries("ready")).isZero();
  }

  @Test
  void aJobWhoseVmDidNotComeUpMakesOneDue() {
    look();
    recorded.sessions.program =
        (execution, listener) -> {
          throw new PlatformException(Code.AGENT_SILENT, "Silence.");
        };

    recorded.execution.run(Recorded.claim("J"));
    assertThat(fact().up()).as("a job's VM proves nothing").isTrue();
    look();

    assertThat(recorded.canaries("ready")).isEqualTo(2);
  }

  @Test
  void oneThatFailsSaysWhatAndIsRepeatedSoon() {
    recorded.sessions.agent =
        () -> {
          throw new PlatformException(Code.AGENT_SILENT, "The agent is silent.");
        };
    look();

    assertThat(fact().up()).isFalse();
    assertThat(fact().detail()).isEqualTo("A canary VM did not come up: The agent is silent.");
    assertThat(recorded.events).containsExactly("close", "release lease of a canary");
    assertThat(recorded.canaries("failed")).isEqualTo(1);
    look();
    assertThat(recorded.canaries("failed")).isEqualTo(1);

    recorded.sessions.agent = () -> Duration.ofMillis(4);
    pass(Duration.ofSeconds(10));
    look();

    assertThat(fact().up()).isTrue();
  }

  @Test
  void aNodeThatLacksWhatAVmNeedsSaysSo() {
    recorded.sessions.refusal = new PlatformException(Code.KERNEL_MISSING, "No kernel at /k.");

    look();

    assertThat(fact().detail()).endsWith("No kernel at /k.");
    assertThat(permits.free()).isEqualTo(1);
    assertThat(recorded.events).isEmpty();
  }

  @Test
  void itDoesNotTakeWhatJobsHave() {
    VmPermits.Permit job = permits.tryAcquire().orElseThrow();
    look();
    assertThat(landed).hasValue(0);
    job.release();

    recorded.leases.exhausted = true;
    look();
    assertThat(recorded.events).isEmpty();
    recorded.leases.exhausted = false;

    recorded.sessions.memory = execution -> 1001;
    look();

    assertThat(recorded.events).isEmpty();
    assertThat(permits.free()).isEqualTo(1);
    assertThat(fact().up()).isFalse();
  }

  @Test
  void oneThatNeedsNoAddressTakesNone() {
    recorded.sessions.addresses = false;
    recorded.leases.exhausted = true;

    look();

    assertThat(recorded.canaries("ready")).isEqualTo(1);
    assertThat(recorded.events).containsExactly("close");
  }

  @Test
  void aVmThatStaysKeepsItsAddress() {
    recorded.sessions.onClose =
        () -> {
          throw new IllegalStateException("It does not end.");
        };

    look();

    assertThat(recorded.events).containsExactly("close");
    assertThat(permits.free()).isEqualTo(1);
  }

  @Test
  void noneIsStartedWhileJobsWaitForRoom() {
    canary.look(false, landed::incrementAndGet);

    assertThat(recorded.events).isEmpty();
    assertThat(fact().detail()).isEqualTo(AgentWatch.FIRST);
  }

  @Test
  void noneIsStartedAfterTheEnd() {
    canary.stop();

    look();

    assertThat(recorded.events).isEmpty();
  }

  @Test
  void oneThatNoThreadTakesLeavesNothing() {
    Canary refused =
        recorded.canary(
            permits,
            task -> {
              throw new RejectedExecutionException("closed");
            });

    refused.look(true, landed::incrementAndGet);

    assertThat(permits.free()).isEqualTo(1);
    assertThat(refused.flying()).isEmpty();
  }

  @Test
  void itCanBeSwitchedOff() {
    AgentWatch off = new AgentWatch(recorded.status, Duration.ZERO, recorded.now::get);

    off.doubt();
    off.answered(Duration.ofMillis(1));
    off.report();

    assertThat(off.isDue()).isFalse();
    assertThat(fact().up()).isTrue();
    assertThat(fact().detail()).isEqualTo(AgentWatch.OFF);
  }
}
