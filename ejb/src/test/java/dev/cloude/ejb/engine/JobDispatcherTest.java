package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobDispatcherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PERMITS = 2;

  private final Recorded recorded = new Recorded();
  private final NodeStatus status = new NodeStatus();
  private final ManagedThreads executor =
      ManagedThreads.forJobs(Executors.defaultThreadFactory(), PERMITS);
  private final JobDispatcher dispatcher =
      new JobDispatcher(
          recorded.queue,
          recorded.execution,
          recorded.preparation,
          executor,
          status,
          recorded.depth,
          "node",
          PERMITS);

  @AfterEach
  void stop() {
    executor.close();
  }

  private void submit(int jobs) {
    for (int i = 0; i < jobs; i++) {
      recorded.queue.waiting.add(Recorded.claim("J" + i));
    }
  }

  private void awaitReleases(int count) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> recorded.events.stream().filter(e -> e.startsWith("release")).count() == count);
  }

  @Test
  void oneWakeUpRunsAllJobsButNeverMoreThanThereArePermits() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    recorded.sessions.program =
        (execution, listener) -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          Thread.yield();
          now.decrementAndGet();
          return Recorded.RESULT;
        };
    submit(50);

    dispatcher.wake();

    awaitReleases(50);
    assertThat(most.get()).isBetween(1, PERMITS);
    assertThat(recorded.events).filteredOn(e -> e.startsWith("finish")).doesNotHaveDuplicates();
    assertThat(recorded.sessions.prepared).hasValue(1);
  }

  @Test
  void aRunningJobDoesNotKeepOthersFromStarting() throws InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    recorded.sessions.program =
        (execution, listener) -> {
          both.countDown();
          both.await();
          return Recorded.RESULT;
        };
    submit(2);

    dispatcher.wake();

    awaitReleases(2);
    assertThat(both.getCount()).isZero();
  }

  @Test
  void aRoundIsReported() {
    dispatcher.wake();

    Awaitility.await().atMost(PATIENCE).until(() -> status.fact(Subject.DISPATCHER).up());
    assertThat(status.fact(Subject.DISPATCHER).detail()).isEqualTo("0 of 2 VMs run.");
  }

  @Test
  void aNodeThatIsNotPreparedIsReportedAndItsJobsEndWithTheReason() {
    recorded.sessions.unprepared = new PlatformException(Code.NETWORK_FAILED, "No bridge.");
    submit(1);

    dispatcher.wake();

    awaitReleases(1);
    assertThat(recorded.events).first().isEqualTo("finish J0 platform_error: No bridge.");
    assertThat(status.fact(Subject.DISPATCHER).up()).isFalse();
    assertThat(status.fact(Subject.DISPATCHER).detail()).isEqualTo("No bridge.");
  }

  @Test
  void aClaimThatFailedForAMomentIsRepeated() {
    recorded.queue.outages.set(2);
    submit(1);

    dispatcher.wake();

    awaitReleases(1);
  }

  @Test
  void aDatabaseThatStaysAwayIsReportedAndTheNextWakeUpGoesOn() {
    recorded.queue.outages.set(4);
    submit(1);
    dispatcher.wake();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> status.fact(Subject.DISPATCHER).detail().startsWith("Looking for jobs failed"));
    assertThat(status.fact(Subject.DISPATCHER).up()).isFalse();

    dispatcher.wake();

    awaitReleases(1);
  }

  @Test
  void nothingIsClaimedAfterTheEndAndWhatRunsIsWaitedFor() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    recorded.sessions.program =
        (execution, listener) -> {
          running.countDown();
          finish.await();
          return Recorded.RESULT;
        };
    submit(1);
    dispatcher.wake();
    running.await();

    dispatcher.stopClaiming("It stops.");
    assertThat(status.fact(Subject.DISPATCHER).detail()).isEqualTo("It stops.");
    submit(1);
    dispatcher.wake();
    assertThat(dispatcher.awaitIdle(Duration.ofMillis(1))).isFalse();
    finish.countDown();

    assertThat(dispatcher.awaitIdle(PATIENCE)).isTrue();
    assertThat(recorded.events)
        .containsExactly("finish J0 accepted", "close", "release lease of J0");
    assertThat(recorded.queue.waiting).hasSize(1);
  }

  @Test
  void aJobThatNoThreadTakesIsEndedAndItsAddressFreed() {
    AtomicInteger tasks = new AtomicInteger();
    JobDispatcher busy =
        new JobDispatcher(
            recorded.queue,
            recorded.execution,
            recorded.preparation,
            task -> {
              if (tasks.getAndIncrement() > 0) {
                throw new java.util.concurrent.RejectedExecutionException("closed");
              }
              task.run();
            },
            status,
            recorded.depth,
            "node",
            PERMITS);
    submit(1);

    busy.wake();

    assertThat(recorded.events).containsExactly("requeue J0", "release lease of J0");
    assertThat(busy.awaitIdle(Duration.ZERO)).isTrue();
  }
}
