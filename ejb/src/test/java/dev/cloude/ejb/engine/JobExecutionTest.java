package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.OutputSlice;
import dev.cloude.ejb.job.Receipt;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestReceipt;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.job.ReachedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Result first, then the VM, then the address, whatever happens. */
class JobExecutionTest {
  private static final String RELEASE = "release lease of J";

  private final Recorded recorded = new Recorded();

  private void run() {
    recorded.execution.run(Recorded.claim("J"));
  }

  private static ExecutionResult mustNotRun(Execution execution, ExecutionListener listener) {
    throw new AssertionError("must not run");
  }

  /** Starts the job; returns when its program runs, which fails as soon as its VM is closed. */
  private Thread runUntilClosed(Consumer<ExecutionListener> first, PlatformException failure)
      throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    recorded.sessions.onClose = closed::countDown;
    recorded.sessions.program =
        (execution, listener) -> {
          first.accept(listener);
          running.countDown();
          closed.await();
          throw failure;
        };
    Thread job = new Thread(this::run);
    job.start();
    running.await();
    return job;
  }

  @Test
  void aResultIsStoredBeforeTheVmGoesAndTheAddressIsFreedLast() {
    run();

    assertThat(recorded.events).containsExactly("finish J accepted", "close", RELEASE);
    assertThat(recorded.guests.count()).isZero();
  }

  @Test
  void aVmThatDoesNotStartIsAnErrorWithItsReason() {
    recorded.sessions.refusal = new PlatformException(Code.KERNEL_MISSING, "No kernel at /k.");

    run();

    assertThat(recorded.events)
        .containsExactly("finish J platform_error: No kernel at /k.", RELEASE);
  }

  @Test
  void aVmThatFailsIsAnErrorWithItsReason() {
    recorded.sessions.program =
        (execution, listener) -> {
          throw new PlatformException(Code.GUEST_PANICKED, "The guest panicked.");
        };

    run();

    assertThat(recorded.events)
        .containsExactly("finish J platform_error: The guest panicked.", "close", RELEASE);
  }

  @Test
  void aVmThatRestartsBeforeItsAgentAnswersIsTriedOnceMore() {
    recorded.sessions.program =
        (execution, listener) -> {
          throw new PlatformException(Code.GUEST_REBOOTED, "The guest restarted itself.");
        };
    JobExecution again = recorded.execution(RestartPolicy.REQUEUE);

    again.run(Recorded.claim("J", 1));
    again.run(Recorded.claim("J", 2));

    assertThat(recorded.events)
        .containsExactly(
            "requeue J",
            "close",
            RELEASE,
            "finish J platform_error: The guest restarted itself.",
            "close",
            RELEASE);
  }

  @Test
  void aVmThatRestartsWhileItsProgramRunsIsNot() {
    recorded.sessions.program =
        (execution, listener) -> {
          listener.agentReady(Duration.ofMillis(1));
          throw new PlatformException(Code.GUEST_REBOOTED, "The guest restarted itself.");
        };

    recorded.execution(RestartPolicy.REQUEUE).run(Recorded.claim("J", 1));

    assertThat(recorded.events).noneMatch(event -> event.startsWith("requeue"));
  }

  @Test
  void aNodeThatCannotBePreparedIsAnErrorWithItsReason() {
    recorded.sessions.unprepared = new PlatformException(Code.NETWORK_FAILED, "No bridge.");

    run();

    assertThat(recorded.events).containsExactly("finish J platform_error: No bridge.", RELEASE);
  }

  @Test
  void anUnexpectedExceptionIsAnErrorThatTellsTheClientNoDetails() {
    recorded.sessions.program =
        (execution, listener) -> {
          throw new IllegalStateException("secret detail");
        };

    run();

    assertThat(recorded.events).hasSize(3).last().isEqualTo(RELEASE);
    assertThat(recorded.events.get(0))
        .startsWith("finish J platform_error: The server failed unexpectedly")
        .doesNotContain("secret");
  }

  @Test
  void anErrorOfTheVirtualMachineIsSurvived() {
    recorded.sessions.program =
        (execution, listener) -> {
          throw new NoClassDefFoundError("com/sun/jna/Native");
        };

    run();

    assertThat(recorded.events).hasSize(3).last().isEqualTo(RELEASE);
    assertThat(recorded.events.get(0)).contains("NoClassDefFoundError");
  }

  @Test
  void anInterruptEndsTheJobAndIsPassedOnWhenAllIsStored() {
    recorded.sessions.program =
        (execution, listener) -> {
          throw new InterruptedException();
        };
    run();
    assertThat(recorded.events).containsExactly("requeue J", "close", RELEASE);

    recorded.events.clear();
    recorded.sessions.program =
        (execution, listener) -> {
          Thread.currentThread().interrupt();
          return Recorded.RESULT;
        };
    recorded.sessions.onClose = () -> assertThat(Thread.currentThread().isInterrupted()).isFalse();
    run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(recorded.events).containsExactly("finish J accepted", "close", RELEASE);
  }

  @Test
  void anOutageOfTheDatabaseIsWaitedOut() {
    recorded.queue.outages.set(3);

    run();

    assertThat(recorded.events).containsExactly("finish J accepted", "close", RELEASE);
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

    assertThat(recorded.events).containsExactly("finish J accepted", "close");
    assertThat(recorded.guests.count()).isZero();
  }

  @Test
  void anAttemptThatIsNotRunningAnyMoreIsCleanedUpAllTheSame() {
    recorded.queue.stillRunning = false;

    run();

    assertThat(recorded.events).containsExactly("finish J accepted", "close", RELEASE);
  }

  @Test
  void aNodeThatStopsEndsItsVmsAndSaysSo() throws InterruptedException {
    Thread job =
        runUntilClosed(
            listener -> {},
            new PlatformException(Code.GUEST_POWERED_OFF, "The guest powered off."));

    recorded.guests.endAll();
    job.join();

    assertThat(recorded.events).containsExactly("close", "requeue J", "close", RELEASE);
  }

  @Test
  void aVmThatComesUpWhileTheNodeStopsIsNotUsed() {
    recorded.guests.endAll();
    recorded.sessions.program = JobExecutionTest::mustNotRun;

    run();

    assertThat(recorded.events).containsExactly("requeue J", "close", RELEASE);
  }

  @Test
  void whatBeganIsNotRunAgainInSilence() throws InterruptedException {
    Thread job =
        runUntilClosed(
            listener -> {
              listener.phase(ExecutionPhase.RUN);
              listener.output(OutputStreamName.STDOUT, new byte[] {'x'});
            },
            new PlatformException(Code.INTERRUPTED, "The VM was stopped."));
    recorded.guests.endAll();
    job.join();

    assertThat(recorded.events)
        .contains("finish J platform_error: " + JobExecution.STOPPED)
        .doesNotContain("requeue J");
    assertThat(recorded.results.get("J").stdout().bytes()).containsExactly('x');

    recorded.events.clear();
    JobExecution again = recorded.execution(RestartPolicy.REQUEUE);
    again.run(Recorded.claim("J", 1));
    assertThat(recorded.events).contains("requeue J");
  }

  @Test
  void statesAndOutputAreSeenAsTheyCome() {
    recorded.sessions.program =
        (execution, listener) -> {
          listener.agentReady(Duration.ofMillis(5));
          listener.phase(ExecutionPhase.COMPILE);
          listener.output(OutputStreamName.COMPILE_STDERR, new byte[] {'w'});
          listener.phase(ExecutionPhase.RUN);
          listener.output(OutputStreamName.STDOUT, new byte[] {'o'});
          OutputSlice live =
              recorded
                  .journals
                  .find("J")
                  .orElseThrow()
                  .slice(OutputStreamName.STDOUT, 0, Long.MAX_VALUE);
          assertThat(live.bytes()).containsExactly('o');
          assertThat(live.complete()).isFalse();
          return Recorded.ended(3);
        };

    run();

    assertThat(recorded.events)
        .containsExactly("compiling J", "running J", "finish J runtime_error", "close", RELEASE);
    JobResult result = recorded.results.get("J");
    assertThat(result.exitCode()).hasValue(3);
    assertThat(result.stdout().bytes()).containsExactly('o');
    assertThat(result.compile().orElseThrow().stderr().bytes()).containsExactly('w');
    assertThat(result.compile().orElseThrow().succeeded()).isTrue();
    assertThat(result.timings().agentReady()).contains(Duration.ofMillis(5));
    assertThat(result.timings().queued()).contains(Duration.ofMillis(1));
    assertThat(result.timings().run()).contains(Duration.ofMillis(3));
    Receipt receipt = result.receipt().orElseThrow();
    assertThat(receipt.kernelSha256()).contains("kernel");
    assertThat(receipt.versions())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("cloude", "1", "language", "3.11", "driver", "fake"));
    assertThat(recorded.journals.find("J")).isEmpty();
    assertThat(recorded.meters.counter("cloude.jobs.finished", "verdict", "runtime_error").count())
        .isEqualTo(1);
  }

  @Test
  void whatArrivedBeforeTheHostsDeadlineIsKept() {
    recorded.sessions.program =
        (execution, listener) -> {
          listener.phase(ExecutionPhase.RUN);
          listener.output(OutputStreamName.STDERR, new byte[] {'e'});
          throw PlatformException.deadline("It took too long.", Duration.ofMillis(7));
        };

    run();

    JobResult result = recorded.results.get("J");
    assertThat(result.verdict()).isEqualTo(Verdict.TIME_LIMIT);
    assertThat(result.limit()).contains(ReachedLimit.WALL);
    assertThat(result.stderr().bytes()).containsExactly('e');
    assertThat(result.lateness()).contains(Duration.ofMillis(7));
    assertThat(result.timings().run()).isPresent();
    assertThat(result.failure()).contains("It took too long.");
  }

  @Test
  void aJobIsCancelledBeforeItsVmIsThere() {
    recorded.sessions.onOpen = () -> assertThat(recorded.guests.cancel("J")).isTrue();
    recorded.sessions.program = JobExecutionTest::mustNotRun;

    run();

    assertThat(recorded.events)
        .containsExactly("finish J cancelled: " + JobExecution.CANCELLED, "close", RELEASE);
  }

  @Test
  void aJobIsCancelledWhileItRunsAndItsOutputKept() throws InterruptedException {
    Thread job =
        runUntilClosed(
            listener -> {
              listener.phase(ExecutionPhase.RUN);
              listener.output(OutputStreamName.STDOUT, new byte[] {'x'});
            },
            new PlatformException(Code.INTERRUPTED, "The VM was stopped."));

    assertThat(recorded.guests.cancel("J")).isTrue();
    job.join();

    JobResult result = recorded.results.get("J");
    assertThat(result.verdict()).isEqualTo(Verdict.CANCELLED);
    assertThat(result.stdout().bytes()).containsExactly('x');
    assertThat(recorded.guests.cancel("J")).isFalse();
  }

  @Test
  void oneVmThatStaysDoesNotKeepTheOthers() {
    List<String> closed = new ArrayList<>();
    for (String id : List.of("A", "B", "C")) {
      recorded.guests.enter(id).use(new Closing(closed, id));
    }

    recorded.guests.endAll();

    assertThat(closed).containsExactlyInAnyOrder("A", "B", "C");
  }

  /** A VM that never closes without a complaint. */
  private record Closing(List<String> closed, String id) implements GuestSession {
    @Override
    public ExecutionResult run(ExecutionListener listener) {
      throw new AssertionError("must not run");
    }

    @Override
    public GuestReceipt receipt() {
      throw new AssertionError("nobody asks");
    }

    @Override
    public void close() {
      closed.add(id);
      throw new IllegalStateException("it stays");
    }
  }
}
