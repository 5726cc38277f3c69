package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PhaseClockTest {
  @Test
  void whatWasNotReachedIsEmptyAndTheFirstTimeCounts() {
    PhaseClock clock = new PhaseClock();
    assertThat(clock.phases().agentReady()).isEmpty();
    assertThat(clock.phases().created()).isEmpty();
    clock.reached(PhaseClock.Phase.USER_SPACE);
    clock.reached(PhaseClock.Phase.AGENT_READY);
    Phases first = clock.phases();
    assertThat(first.agentReady().orElseThrow())
        .isGreaterThanOrEqualTo(first.userSpace().orElseThrow());
    clock.reached(PhaseClock.Phase.AGENT_READY);
    assertThat(clock.phases()).isEqualTo(first);
  }

  @Test
  void afterARestartWhatWasReachedBeforeIsAtZeroAndTheRestIsMeasuredFromThere() {
    PhaseClock clock = new PhaseClock();
    clock.reached(PhaseClock.Phase.LOADED);
    clock.reached(PhaseClock.Phase.USER_SPACE);
    assertThat(clock.phases().userSpace().orElseThrow()).isPositive();
    long before = System.nanoTime();
    clock.restart();
    clock.reached(PhaseClock.Phase.AGENT_READY);
    Duration most = Duration.ofNanos(System.nanoTime() - before);
    assertThat(clock.phases().loaded()).contains(Duration.ZERO);
    assertThat(clock.phases().userSpace()).contains(Duration.ZERO);
    assertThat(clock.phases().created()).isEmpty();
    assertThat(clock.phases().agentReady().orElseThrow()).isBetween(Duration.ofNanos(1), most);
  }
}
