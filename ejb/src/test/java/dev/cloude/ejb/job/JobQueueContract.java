package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.runtime.job.ExecutionResult;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of jobs in the database, with the provider that a subclass names. */
abstract class JobQueueContract {
  private final Provider provider;

  private static final byte[] NOT_UTF_8 = {'a', (byte) 0xff, 0, (byte) 0xc3};

  private static final ExecutionResult RESULT =
      new ExecutionResult(
          7,
          NOT_UTF_8,
          new byte[0],
          true,
          true,
          false,
          new ExecutionResult.Timings(
              Duration.ofNanos(1_234_567_000),
              Duration.ofMillis(2),
              Duration.ZERO,
              Duration.ofMillis(3)));

  private Jobs jobs;

  JobQueueContract(Provider provider) {
    this.provider = provider;
  }

  @BeforeEach
  void open() throws SQLException {
    jobs = new Jobs(provider, 24);
  }

  @Test
  void aSubmittedJobIsPendingAndAnnounced() {
    UUID id = jobs.submit("print(1)");

    JobView view = jobs.find(id).orElseThrow();
    assertThat(view.state()).isEqualTo(JobState.PENDING);
    assertThat(view.result()).isEmpty();
    assertThat(view.failure()).isEmpty();
    assertThat(view.startedAt()).isEmpty();
    assertThat(view.createdAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(jobs.announced).containsExactly(new JobSubmitted(id.toString()));
  }

  @Test
  void anUnknownJobIsNotFound() {
    assertThat(jobs.find(UUID.randomUUID())).isEmpty();
  }

  @Test
  void theOldestJobIsClaimedFirstWithItsProgramAndAnAddress() {
    UUID first = jobs.submit("  print(1)\n");
    jobs.submit("print(2)");

    Claim claim = jobs.claim();

    assertThat(claim.jobId()).isEqualTo(first.toString());
    assertThat(claim.attempt()).isEqualTo(1);
    assertThat(claim.execution().language()).isEqualTo("python");
    assertThat(claim.execution().source())
        .isEqualTo("  print(1)\n".getBytes(StandardCharsets.UTF_8));
    assertThat(claim.execution().stdin()).isEmpty();
    assertThat(claim.lease().address().address().getHostAddress())
        .startsWith("10.39.1.")
        .isNotIn("10.39.1.0", "10.39.1.1", "10.39.1.255");
    assertThat(claim.lease().address().gateway().getHostAddress()).isEqualTo("10.39.1.1");
    JobView view = jobs.view(claim.jobId());
    assertThat(view.state()).isEqualTo(JobState.RUNNING);
    assertThat(view.startedAt().orElseThrow()).isAfterOrEqualTo(view.createdAt());
  }

  @Test
  void nothingIsClaimedWhenNothingWaits() {
    jobs.submit("print(1)");
    jobs.claim();

    assertThat(jobs.queue(JobQueue::claimNext)).isEmpty();
    assertThat(jobs.leases(IpLeases::taken)).isEqualTo(1);
  }

  @Test
  void jobsWaitWhileEveryAddressIsTaken() throws SQLException {
    Jobs narrow = new Jobs(provider, 30);
    narrow.submit("print(1)");
    UUID second = narrow.submit("print(2)");
    Claim first = narrow.claim();

    assertThat(narrow.queue(JobQueue::claimNext)).isEmpty();
    assertThat(narrow.view(second.toString()).state()).isEqualTo(JobState.PENDING);

    narrow.release(first);
    assertThat(narrow.claim().jobId()).isEqualTo(second.toString());
  }

  @Test
  void aResultComesBackByteForByte() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();

    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 1, RESULT))).isTrue();

    JobView view = jobs.view(claim.jobId());
    assertThat(view.state()).isEqualTo(JobState.DONE);
    assertThat(view.finishedAt().orElseThrow()).isAfterOrEqualTo(view.startedAt().orElseThrow());
    assertThat(view.result().orElseThrow()).usingRecursiveComparison().isEqualTo(RESULT);
  }

  @Test
  void aFailureIsKeptAsASentence() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();
    String tooLong = "x".repeat(5000);

    assertThat(jobs.<Boolean>queue(q -> q.fail(claim.jobId(), 1, tooLong))).isTrue();

    JobView view = jobs.view(claim.jobId());
    assertThat(view.state()).isEqualTo(JobState.ERROR);
    assertThat(view.failure().orElseThrow()).isEqualTo("x".repeat(2000));
    assertThat(view.result()).isEmpty();
  }

  @Test
  void theEndOfAnotherAttemptIsRefused() {
    UUID waiting = jobs.submit("print(1)");
    assertThat(jobs.<Boolean>queue(q -> q.finish(waiting.toString(), 0, RESULT))).isFalse();

    Claim claim = jobs.claim();
    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 2, RESULT))).isFalse();
    assertThat(jobs.<Boolean>queue(q -> q.fail(claim.jobId(), 2, "late"))).isFalse();
    assertThat(jobs.view(claim.jobId()).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aJobEndsOnlyOnce() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();
    jobs.queue(q -> q.fail(claim.jobId(), 1, "first"));

    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 1, RESULT))).isFalse();
    assertThat(jobs.<Boolean>queue(q -> q.fail(claim.jobId(), 1, "second"))).isFalse();

    assertThat(jobs.view(claim.jobId()).failure()).contains("first");
  }

  @Test
  void theEndOfADeletedJobIsRefused() {
    String gone = UUID.randomUUID().toString();

    assertThat(jobs.<Boolean>queue(q -> q.finish(gone, 1, RESULT))).isFalse();
  }

  @Test
  void afterARestartRunningJobsAreErrorsAndWaitingOnesStillWait() {
    jobs.submit("print(1)");
    UUID waiting = jobs.submit("print(2)");
    Claim claim = jobs.claim();

    assertThat(jobs.<Integer>queue(q -> q.failRunning("restarted"))).isEqualTo(1);
    assertThat(jobs.<Integer>leases(IpLeases::releaseAll)).isEqualTo(1);

    assertThat(jobs.view(claim.jobId()).state()).isEqualTo(JobState.ERROR);
    assertThat(jobs.view(claim.jobId()).failure()).contains("restarted");
    assertThat(jobs.view(claim.jobId()).finishedAt()).isPresent();
    assertThat(jobs.claim().jobId()).isEqualTo(waiting.toString());
    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 1, RESULT))).isFalse();
  }

  @Test
  void onlyJobsThatEndedBeforeAMomentAreDeleted() {
    jobs.submit("print(1)");
    jobs.submit("print(2)");
    UUID waiting = jobs.submit("print(3)");
    Claim ended = jobs.claim();
    Claim running = jobs.claim();
    jobs.queue(q -> q.finish(ended.jobId(), 1, RESULT));

    Instant end = jobs.view(ended.jobId()).finishedAt().orElseThrow();
    assertThat(jobs.<Integer>queue(q -> q.deleteFinishedBefore(end))).isZero();
    assertThat(jobs.<Integer>queue(q -> q.deleteFinishedBefore(end.plusSeconds(1)))).isEqualTo(1);

    assertThat(jobs.find(UUID.fromString(ended.jobId()))).isEmpty();
    assertThat(jobs.find(UUID.fromString(running.jobId()))).isPresent();
    assertThat(jobs.find(waiting)).isPresent();
  }

  @Test
  void pendingJobsAreCounted() {
    jobs.submit("print(1)");
    jobs.submit("print(2)");
    jobs.claim();

    assertThat(jobs.<Long>queue(JobQueue::pending)).isEqualTo(1);
  }
}
