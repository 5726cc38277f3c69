package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {
  private static final Set<String> LEGAL =
      Set.of(
          "QUEUED→BOOTING",
          "QUEUED→FINISHED",
          "BOOTING→COMPILING",
          "BOOTING→RUNNING",
          "BOOTING→FINISHED",
          "BOOTING→QUEUED",
          "COMPILING→RUNNING",
          "COMPILING→FINISHED",
          "COMPILING→QUEUED",
          "RUNNING→FINISHED",
          "RUNNING→QUEUED");

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
  void oneStateIsFinalAndThreeAreANodes() {
    assertThat(JobState.values()).filteredOn(JobState::isFinal).containsExactly(JobState.FINISHED);
    assertThat(JobState.values())
        .filteredOn(JobState::isActive)
        .containsExactly(JobState.BOOTING, JobState.COMPILING, JobState.RUNNING);
  }

  /** Whatever is tried, a job's walk through its states ends, and nothing follows the end. */
  @Property
  void everyWalkGoesForwardBetweenTwoClaims(@ForAll List<JobState> tried) {
    JobState state = JobState.QUEUED;
    for (JobState next : tried) {
      if (state.canBecome(next)) {
        assertThat(state.isFinal()).isFalse();
        assertThat(next == JobState.QUEUED || next.compareTo(state) > 0)
            .as("%s→%s", state, next)
            .isTrue();
        state = state.to(next);
      }
    }
    assertThat(state.isFinal() || state.canBecome(JobState.FINISHED)).isTrue();
  }
}
