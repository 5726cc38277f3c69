package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

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
}
