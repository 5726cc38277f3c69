package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Recorded recorded = new Recorded();
  private final VmPermits permits = new VmPermits(2, 1000);
  private final Admission admission = recorded.admission(permits);

  private void twoThatDoNotFitTogether() {
    recorded.sessions.memory = execution -> 600;
    recorded.queue.waiting.add(Recorded.claim("one"));
    recorded.queue.waiting.add(Recorded.claim("two"));
  }

  @Test
  void aJobThatNeedsMoreThanThereEverIsEndsWithTheReason() {
    recorded.sessions.memory = execution -> 1001;
    recorded.queue.waiting.add(Recorded.claim("huge"));

    assertThat(admission.next()).isEmpty();

    assertThat(recorded.events)
        .containsExactly(
            "finish huge platform_error: The job's VM needs 1001 MiB of memory, but all VMs of this"
                + " server may have 1000 MiB together.",
            "release lease of huge");
    assertThat(permits.free()).isEqualTo(2);
  }

  @Test
  void theOneThatWaitsComesNextWhenThereIsRoom() {
    twoThatDoNotFitTogether();
    Admission.Admitted one = admission.next().orElseThrow();

    assertThat(admission.next()).isEmpty();
    assertThat(admission.waitingJob()).hasValue("two");
    assertThat(admission.isShort()).isTrue();
    one.permit().release();

    assertThat(admission.next()).map(next -> next.claim().jobId()).hasValue("two");
    assertThat(admission.waitingJob()).isEmpty();
    assertThat(recorded.events).isEmpty();
  }

  @Test
  void theOneThatWaitsCanBeCancelled() {
    twoThatDoNotFitTogether();
    assertThat(admission.next()).isPresent();
    assertThat(admission.next()).isEmpty();

    assertThat(admission.cancel("one")).isFalse();
    assertThat(admission.cancel("two")).isTrue();

    assertThat(recorded.events)
        .containsExactly("finish two cancelled: " + JobExecution.CANCELLED, "release lease of two");
    assertThat(permits.free()).isEqualTo(1);
  }

  @Test
  void theOneThatWaitsGoesBackWhenTheServerStops() {
    twoThatDoNotFitTogether();
    assertThat(admission.next()).isPresent();
    assertThat(admission.next()).isEmpty();

    admission.giveBack();
    admission.giveBack();

    assertThat(recorded.events).containsExactly("requeue two", "release lease of two");
    assertThat(permits.free()).isEqualTo(1);
  }

  @Test
  void aJobWithoutAnImageIsAdmittedSoThatItsAttemptSaysWhy() {
    recorded.sessions.refusal = new PlatformException(Code.IMAGE_MISSING, "No image.");
    recorded.queue.waiting.add(Recorded.claim("J"));

    Optional<Admission.Admitted> next = admission.next();

    assertThat(next).isPresent();
  }
}
