package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {
  private static final Set<String> LEGAL =
      Set.of("PENDING→RUNNING", "RUNNING→DONE", "RUNNING→ERROR");

  @ParameterizedTest
  @EnumSource
  void onlyTheLegalStepsAreTaken(JobState from) {
    for (JobState to : JobState.values()) {
      if (LEGAL.contains(from + "→" + to)) {
        assertThat(from.to(to)).isEqualTo(to);
      } else {
        assertThatIllegalStateException()
            .as("%s→%s", from, to)
            .isThrownBy(() -> from.to(to))
            .withMessageContaining(from.name())
            .withMessageContaining(to.name());
      }
      assertThat(from.canBecome(to)).isEqualTo(LEGAL.contains(from + "→" + to));
    }
  }

  @Test
  void finalStatesAreTheOnesThatAProgramOrThePlatformEndedIn() {
    assertThat(JobState.values())
        .filteredOn(JobState::isFinal)
        .containsExactly(JobState.DONE, JobState.ERROR);
  }
}
