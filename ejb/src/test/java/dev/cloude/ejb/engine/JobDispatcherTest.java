package dev.cloude.ejb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.Claim;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobDispatcherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PERMITS = 2;
  private static final int MEMORY_MIB = 1000;

  private final Recorded recorded = new Recorded();
  private final NodeStatus status = recorded.status;
  private final VmPermits permits = new VmPermits(PERMITS, MEMORY_MIB);
  private final ManagedThreads executor =
      ManagedThreads.forJobs(Executors.defaultThreadFactory(), PERMITS);
  private final Canary canary = recorded.canary(permits, executor);
  private final JobDispatcher dispatcher = dispatcher(executor);

  private JobDispatcher dispatcher(Executor threads) {
    return new JobDispatcher(
        recorded.admission(permits),
        recorded.execution,
        recorded.preparation,
        threads,
        status,
        permits,
        canary);
  }

  @BeforeEach
  void noCanary() {
    recorded.watch.answered(Duration.ZERO);
  }

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
    assertThat(status.fact(Subject.DISPATCHER).detail())
        .isEqualTo("0 of 2 VMs run, with 0 of 1000 MiB.");
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
        dispatcher(
            task -> {
              if (tasks.getAndIncrement() > 0) {
                throw new java.util.concurrent.RejectedExecutionException("closed");
              }
              task.run();
            });
    submit(1);

    busy.wake();

    assertThat(recorded.events).containsExactly("requeue J0", "release lease of J0");
    assertThat(busy.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void aJobThatNeedsMuchMemoryWaitsForItAndIsNotOvertaken() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    Claim big = Recorded.claim("big");
    recorded.sessions.memory = e -> e.id().equals(big.execution().id()) ? MEMORY_MIB : 300;
    recorded.sessions.program =
        (execution, listener) -> {
          running.countDown();
          finish.await();
          return Recorded.RESULT;
        };
    recorded.queue.waiting.add(Recorded.claim("first"));
    dispatcher.wake();
    running.await();
    recorded.queue.waiting.add(big);
    recorded.queue.waiting.add(Recorded.claim("last"));

    dispatcher.wake();

    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> status.fact(Subject.DISPATCHER).detail().contains("Job big waits for memory"));
    assertThat(recorded.guests.jobIds()).containsExactly("first");
    finish.countDown();
    awaitReleases(3);
    assertThat(recorded.events)
        .filteredOn(e -> e.startsWith("finish"))
        .containsExactly("finish first accepted", "finish big accepted", "finish last accepted");
    assertThat(dispatcher.awaitIdle(PATIENCE)).isTrue();
    assertThat(permits.freeMib()).isEqualTo(MEMORY_MIB);
  }

  @Test
  void aCanaryGivesWayToAJob() throws InterruptedException {
    CountDownLatch flying = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    recorded.sessions.memory = execution -> MEMORY_MIB;
    recorded.sessions.onClose = closed::countDown;
    recorded.sessions.program =
        (execution, listener) -> {
          listener.agentReady(Duration.ofMillis(1));
          return Recorded.RESULT;
        };
    recorded.sessions.agent =
        () -> {
          flying.countDown();
          closed.await();
          throw new PlatformException(Code.INTERRUPTED, "The VM was closed.");
        };
    recorded.now.addAndGet(Duration.ofHours(1).toNanos());
    dispatcher.wake();
    flying.await();
    submit(1);

    dispatcher.wake();

    awaitReleases(2);
    assertThat(recorded.events)
        .containsSubsequence("close", "release lease of a canary", "finish J0 accepted");
    assertThat(recorded.canaries("gave_way")).isEqualTo(1);
    assertThat(status.fact(Subject.AGENT).up()).isTrue();
  }
}
