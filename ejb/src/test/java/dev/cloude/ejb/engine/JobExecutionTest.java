package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Result first, then the VM, then the address, whatever happens. */
class JobExecutionTest {
  private static final String RELEASE = "release lease of J";

  private final Recorded recorded = new Recorded();

  private void run() {
    recorded.execution.run(Recorded.claim("J"));
  }

  @Test
  void aResultIsStoredBeforeTheVmGoesAndTheAddressIsFreedLast() {
    run();

    assertThat(recorded.events).containsExactly("finish J", "close", RELEASE);
    assertThat(recorded.guests.count()).isZero();
  }

  @Test
  void aVmThatDoesNotStartIsAnErrorWithItsReason() {
    recorded.sessions.refusal = new PlatformException(Code.KERNEL_MISSING, "No kernel at /k.");

    run();

    assertThat(recorded.events).containsExactly("fail J: No kernel at /k.", RELEASE);
  }

  @Test
  void aVmThatFailsIsAnErrorWithItsReason() {
    recorded.sessions.program =
        execution -> {
          throw new PlatformException(Code.GUEST_PANICKED, "The guest panicked.");
        };

    run();

    assertThat(recorded.events).containsExactly("fail J: The guest panicked.", "close", RELEASE);
  }

  @Test
  void aNodeThatCannotBePreparedIsAnErrorWithItsReason() {
    recorded.sessions.unprepared = new PlatformException(Code.NETWORK_FAILED, "No bridge.");

    run();

    assertThat(recorded.events).containsExactly("fail J: No bridge.", RELEASE);
  }

  @Test
  void anUnexpectedExceptionIsAnErrorThatTellsTheClientNoDetails() {
    recorded.sessions.program =
        execution -> {
          throw new IllegalStateException("secret detail");
        };

    run();

    assertThat(recorded.events).hasSize(3).last().isEqualTo(RELEASE);
    assertThat(recorded.events.get(0))
        .startsWith("fail J: The server failed unexpectedly")
        .doesNotContain("secret");
  }

  @Test
  void anErrorOfTheVirtualMachineIsSurvived() {
    recorded.sessions.program =
        execution -> {
          throw new NoClassDefFoundError("com/sun/jna/Native");
        };

    run();

    assertThat(recorded.events).hasSize(3).last().isEqualTo(RELEASE);
    assertThat(recorded.events.get(0)).contains("NoClassDefFoundError");
  }

  @Test
  void anInterruptEndsTheJobAndIsPassedOnWhenAllIsStored() {
    recorded.sessions.program =
        execution -> {
          throw new InterruptedException();
        };
    run();
    assertThat(recorded.events)
        .containsExactly("fail J: " + JobExecution.STOPPED, "close", RELEASE);

    recorded.events.clear();
    recorded.sessions.program =
        execution -> {
          Thread.currentThread().interrupt();
          return Recorded.RESULT;
        };
    recorded.sessions.onClose = () -> assertThat(Thread.currentThread().isInterrupted()).isFalse();
    run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(recorded.events).containsExactly("finish J", "close", RELEASE);
  }

  @Test
  void anOutageOfTheDatabaseIsWaitedOut() {
    recorded.queue.outages.set(3);

    run();

    assertThat(recorded.events).containsExactly("finish J", "close", RELEASE);
  }

  @Test
  void aLastingOutageOfTheDatabaseStillEndsTheVm() {
    recorded.queue.outages.set(1000);

    run();

    assertThat(recorded.events).containsExactly("close", RELEASE);
  }

  @Test
  void theAddressOfAVmThatCannotBeClosedStaysTaken() {
    recorded.sessions.onClose =
        () -> {
          throw new IllegalStateException("the TAP device is still there");
        };

    run();

    assertThat(recorded.events).containsExactly("finish J", "close");
    assertThat(recorded.guests.count()).isZero();
  }

  @Test
  void anAttemptThatIsNotRunningAnyMoreIsCleanedUpAllTheSame() {
    recorded.queue.stillRunning = false;

    run();

    assertThat(recorded.events).containsExactly("finish J", "close", RELEASE);
  }

  @Test
  void aNodeThatStopsEndsItsVmsAndSaysSo() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    recorded.sessions.onClose = closed::countDown;
    recorded.sessions.program =
        execution -> {
          running.countDown();
          closed.await();
          throw new PlatformException(Code.GUEST_POWERED_OFF, "The guest powered off.");
        };
    Thread job = new Thread(this::run);
    job.start();
    running.await();

    recorded.guests.endAll();
    job.join();

    assertThat(recorded.events)
        .containsExactly("close", "fail J: " + JobExecution.STOPPED, "close", RELEASE);
  }

  @Test
  void aVmThatComesUpWhileTheNodeStopsIsNotUsed() {
    recorded.guests.endAll();
    recorded.sessions.program =
        execution -> {
          throw new AssertionError("must not run");
        };

    run();

    assertThat(recorded.events)
        .containsExactly("fail J: " + JobExecution.STOPPED, "close", RELEASE);
  }
}
