package dev.cloude.ejb.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.SourceFile;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of jobs in the database, with the provider that a subclass names. */
abstract class JobQueueContract {
  private final Provider provider;

  private static final JobResult RESULT = TestJobs.fullResult();

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
    assertThat(view.state()).isEqualTo(JobState.QUEUED);
    assertThat(view.result()).isEmpty();
    assertThat(view.cancelRequested()).isFalse();
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
    assertThat(claim.execution().files()).hasSize(1);
    assertThat(claim.execution().files().get(0).path()).isEmpty();
    assertThat(claim.execution().files().get(0).content())
        .isEqualTo("  print(1)\n".getBytes(StandardCharsets.UTF_8));
    assertThat(claim.execution().limits()).isEqualTo(TestJobs.LIMITS.defaults());
    assertThat(claim.expectedOutput()).isEmpty();
    assertThat(claim.waited().isNegative()).isFalse();
    assertThat(claim.execution().stdin()).isEmpty();
    Lease lease = claim.lease().orElseThrow();
    assertThat(lease.address().address().getHostAddress())
        .startsWith("10.39.1.")
        .isNotIn("10.39.1.0", "10.39.1.1", "10.39.1.255");
    assertThat(lease.address().gateway().getHostAddress()).isEqualTo("10.39.1.1");
    JobView view = jobs.view(claim.jobId());
    assertThat(view.state()).isEqualTo(JobState.BOOTING);
    assertThat(view.startedAt().orElseThrow()).isAfterOrEqualTo(view.createdAt());
  }

  @Test
  void nothingIsClaimedWhenNothingWaits() {
    jobs.submit("print(1)");
    jobs.claim();

    assertThat(jobs.tryClaim()).isEmpty();
    assertThat(jobs.leases(IpLeases::taken)).isEqualTo(1);
  }

  @Test
  void jobsWaitWhileEveryAddressIsTaken() throws SQLException {
    Jobs narrow = new Jobs(provider, 30);
    narrow.submit("print(1)");
    UUID second = narrow.submit("print(2)");
    Claim first = narrow.claim();

    assertThat(narrow.tryClaim()).isEmpty();
    assertThat(narrow.view(second.toString()).state()).isEqualTo(JobState.QUEUED);

    narrow.release(first);
    assertThat(narrow.claim().jobId()).isEqualTo(second.toString());
  }

  @Test
  void whoNeedsNoAddressDoesNotWaitForOne() throws SQLException {
    Jobs narrow = new Jobs(provider, 30);
    narrow.submit("print(1)");
    assertThat(narrow.tryClaim(policy -> true).orElseThrow().lease()).isPresent();
    AcceptedJob wanting =
        new AcceptedJob(
            TestJobs.of("", "print(2)"), TestJobs.LIMITS.defaults(), NetworkPolicy.NAT, 1);
    assertThat(narrow.<Optional<List<UUID>>>store(store -> store.submit(List.of(wanting))))
        .isPresent();
    UUID other = narrow.submit("print(3)");

    Claim claim = narrow.tryClaim(policy -> policy != NetworkPolicy.NONE).orElseThrow();

    assertThat(claim.jobId()).isEqualTo(other.toString());
    assertThat(claim.lease()).isEmpty();
    assertThat(narrow.tryClaim(policy -> policy != NetworkPolicy.NONE)).isEmpty();
    assertThat(narrow.<List<String>>leases(l -> l.holdersAt(Jobs.NODE))).hasSize(1);
  }

  @Test
  void everythingThatAJobWantsReachesItsClaim() {
    NewJob job =
        new NewJob(
            "python",
            Optional.of("^3"),
            List.of(
                new SourceFile("main.py", new byte[] {(byte) 0xff, 0}),
                new SourceFile("lib/a.py", new byte[0])),
            new byte[] {1},
            List.of("a b", ""),
            Map.of("KEY", "ü"),
            List.of("-O"),
            LimitRequest.DEFAULTS,
            Optional.of(NetworkPolicy.NAT),
            OptionalInt.of(2),
            Map.of("course", "c1"),
            Optional.of(new byte[] {'4', '2'}),
            "client",
            Optional.empty());
    AcceptedJob accepted = new AcceptedJob(job, TestJobs.LIMITS.ceilings(), NetworkPolicy.NAT, 2);
    UUID id =
        jobs.<Optional<List<UUID>>>store(store -> store.submit(List.of(accepted)))
            .orElseThrow()
            .get(0);

    Claim claim = jobs.claim();

    assertThat(claim.execution())
        .usingRecursiveComparison()
        .ignoringFields("id")
        .isEqualTo(
            new Execution(
                claim.execution().id(),
                "python",
                job.files(),
                job.stdin(),
                job.args(),
                job.env(),
                job.compilerFlags(),
                TestJobs.LIMITS.ceilings(),
                NetworkPolicy.NAT,
                2));
    assertThat(claim.expectedOutput().orElseThrow()).containsExactly('4', '2');
    JobSummary summary = jobs.find(id).orElseThrow().summary();
    assertThat(summary.labels()).containsExactly(Map.entry("course", "c1"));
    assertThat(summary.version()).contains("^3");
  }

  @Test
  void aResultComesBackByteForByte() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();

    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 1, RESULT))).isTrue();

    JobView view = jobs.view(claim.jobId());
    assertThat(view.state()).isEqualTo(JobState.FINISHED);
    assertThat(view.finishedAt().orElseThrow()).isAfterOrEqualTo(view.startedAt().orElseThrow());
    assertThat(view.result().orElseThrow()).usingRecursiveComparison().isEqualTo(RESULT);
    assertThat(view.summary().verdict()).contains(Verdict.RUNTIME_ERROR);
  }

  @Test
  void howLongTheTeardownTookIsAddedToTheResult() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();
    jobs.queue(q -> q.finish(claim.jobId(), 1, RESULT));

    jobs.queue(
        q -> {
          q.tornDown(claim.jobId(), Duration.ofMillis(12));
          return null;
        });

    JobResult result = jobs.view(claim.jobId()).result().orElseThrow();
    assertThat(result.timings().teardown()).contains(Duration.ofMillis(12));
    assertThat(result.timings().run()).isEqualTo(RESULT.timings().run());
  }

  @Test
  void aFailureIsKeptAsASentence() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();
    JobResult tooLong =
        JobResult.ended(Verdict.PLATFORM_ERROR, "x".repeat(5000), PhaseTimings.NONE);

    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 1, tooLong))).isTrue();

    JobResult result = jobs.view(claim.jobId()).result().orElseThrow();
    assertThat(result.verdict()).isEqualTo(Verdict.PLATFORM_ERROR);
    assertThat(result.failure()).contains("x".repeat(2000));
  }

  @Test
  void theEndOfAnotherAttemptIsRefused() {
    UUID waiting = jobs.submit("print(1)");
    assertThat(jobs.<Boolean>queue(q -> q.finish(waiting.toString(), 0, RESULT))).isFalse();

    Claim claim = jobs.claim();
    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 2, RESULT))).isFalse();
    assertThat(jobs.<Boolean>queue(q -> q.advance(claim.jobId(), 2, JobState.RUNNING))).isFalse();
    assertThat(jobs.<Boolean>queue(q -> q.requeue(claim.jobId(), 2))).isFalse();
    assertThat(jobs.view(claim.jobId()).state()).isEqualTo(JobState.BOOTING);
  }

  @Test
  void aJobEndsOnlyOnce() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();
    jobs.queue(q -> q.finish(claim.jobId(), 1, RESULT));

    assertThat(jobs.<Boolean>queue(q -> q.finish(claim.jobId(), 1, TestJobs.accepted()))).isFalse();
    assertThat(jobs.<Boolean>queue(q -> q.advance(claim.jobId(), 1, JobState.RUNNING))).isFalse();
    assertThat(jobs.<Boolean>queue(q -> q.requeue(claim.jobId(), 1))).isFalse();

    assertThat(jobs.view(claim.jobId()).summary().verdict()).contains(Verdict.RUNTIME_ERROR);
  }

  @Test
  void statesOnlyGoForward() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();

    assertThat(jobs.<Boolean>queue(q -> q.advance(claim.jobId(), 1, JobState.RUNNING))).isTrue();
    assertThat(jobs.<Boolean>queue(q -> q.advance(claim.jobId(), 1, JobState.COMPILING))).isFalse();
    assertThat(jobs.view(claim.jobId()).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void theEndOfADeletedJobIsRefused() {
    String gone = UUID.randomUUID().toString();

    assertThat(jobs.<Boolean>queue(q -> q.finish(gone, 1, RESULT))).isFalse();
  }

  @Test
  void aJobThatIsGivenBackGoesFirstAndCountsItsAttempts() {
    jobs.submit("print(1)");
    jobs.submit("print(2)");
    Claim first = jobs.claim();

    assertThat(jobs.<Boolean>queue(q -> q.requeue(first.jobId(), 1))).isTrue();
    assertThat(jobs.view(first.jobId()).state()).isEqualTo(JobState.QUEUED);

    Claim again = jobs.claim();
    assertThat(again.jobId()).isEqualTo(first.jobId());
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.execution().id()).isNotEqualTo(first.execution().id());
  }

  @Test
  void jobsOfANodeThatEndedRunOnceMoreAndNoOthersAreTouched() {
    jobs.submit("print(1)");
    jobs.submit("print(2)");
    UUID waiting = jobs.submit("print(3)");
    Claim ours = jobs.claim();
    Claim others =
        jobs.queue(q -> q.claimNext("node-2", policy -> true, policy -> List.of())).orElseThrow();

    assertThat(reap(RestartPolicy.REQUEUE).requeued()).hasSize(1);
    assertThat(jobs.<Integer>leases(l -> l.releaseOf(Jobs.NODE))).isEqualTo(1);

    assertThat(jobs.view(ours.jobId()).state()).isEqualTo(JobState.QUEUED);
    assertThat(jobs.view(others.jobId()).state()).isEqualTo(JobState.BOOTING);
    assertThat(jobs.<Long>leases(l -> l.takenBy("node-2"))).isEqualTo(1);
    assertThat(jobs.<Boolean>queue(q -> q.finish(ours.jobId(), 1, RESULT))).isFalse();

    assertThat(jobs.claim().jobId()).isEqualTo(ours.jobId());
    JobQueue.Reaped second = reap(RestartPolicy.REQUEUE);
    assertThat(second.requeued()).isEmpty();
    assertThat(second.finished()).containsExactly(ours.jobId());
    JobResult result = jobs.view(ours.jobId()).result().orElseThrow();
    assertThat(result.verdict()).isEqualTo(Verdict.PLATFORM_ERROR);
    assertThat(result.failure()).contains("It restarted.");
    assertThat(jobs.find(waiting).orElseThrow().state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void jobsOfANodeThatEndedFailWhenThatIsWanted() {
    jobs.submit("print(1)");
    Claim claim = jobs.claim();

    assertThat(reap(RestartPolicy.FAIL).finished()).containsExactly(claim.jobId());
    assertThat(jobs.view(claim.jobId()).state()).isEqualTo(JobState.FINISHED);
  }

  @Test
  void aNodeGivesUpOnlyWhatItHolds() {
    jobs.submit("print(1)");
    jobs.submit("print(2)");
    Claim ours = jobs.claim();
    Claim others =
        jobs.queue(q -> q.claimNext("node-2", policy -> true, policy -> List.of())).orElseThrow();
    assertThat(jobs.<List<String>>queue(q -> q.heldBy(Jobs.NODE))).containsExactly(ours.jobId());

    JobQueue.Reaped reaped =
        jobs.queue(
            q ->
                q.giveUp(
                    Jobs.NODE, List.of(ours.jobId(), others.jobId()), RestartPolicy.FAIL, "Lost."));

    assertThat(reaped.finished()).containsExactly(ours.jobId());
    assertThat(jobs.view(others.jobId()).state()).isEqualTo(JobState.BOOTING);
  }

  @Test
  void aCancelledJobOfANodeThatEndedDoesNotRunAgain() {
    UUID id = jobs.submit("print(1)");
    jobs.claim();
    assertThat(jobs.<Cancellation>store(s -> s.cancel(id))).isEqualTo(Cancellation.REQUESTED);

    reap(RestartPolicy.REQUEUE);

    assertThat(jobs.find(id).orElseThrow().summary().verdict()).contains(Verdict.CANCELLED);
  }

  private JobQueue.Reaped reap(RestartPolicy policy) {
    return jobs.queue(q -> q.reap(Jobs.NODE, policy, "It restarted."));
  }

  @Test
  void aWaitingJobThatIsCancelledNeverRuns() {
    UUID id = jobs.submit("print(1)");

    assertThat(jobs.<Cancellation>store(s -> s.cancel(id))).isEqualTo(Cancellation.CANCELLED);

    assertThat(jobs.tryClaim()).isEmpty();
    JobResult result = jobs.find(id).orElseThrow().result().orElseThrow();
    assertThat(result.verdict()).isEqualTo(Verdict.CANCELLED);
    assertThat(result.timings().queued()).isPresent();
    assertThat(jobs.<Cancellation>store(s -> s.cancel(id)))
        .isEqualTo(Cancellation.ALREADY_FINISHED);
    assertThat(jobs.<Cancellation>store(s -> s.cancel(UUID.randomUUID())))
        .isEqualTo(Cancellation.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(names = {"BOOTING", "COMPILING", "RUNNING"})
  void theNodeThatHoldsAJobIsToldOfItsCancellation(JobState state) {
    UUID id = jobs.submit("print(1)");
    Claim claim = jobs.claim();
    if (state != JobState.BOOTING) {
      jobs.queue(q -> q.advance(claim.jobId(), 1, state));
    }

    assertThat(jobs.<Cancellation>store(s -> s.cancel(id))).isEqualTo(Cancellation.REQUESTED);

    assertThat(jobs.find(id).orElseThrow().cancelRequested()).isTrue();
    assertThat(jobs.<List<String>>queue(q -> q.toBeCancelled(Jobs.NODE)))
        .containsExactly(claim.jobId());
    assertThat(jobs.<List<String>>queue(q -> q.toBeCancelled("node-2"))).isEmpty();
  }

  @Test
  void clientsAreServedInTurn() {
    for (int i = 0; i < 4; i++) {
      jobs.submit(TestJobs.of("greedy", "g" + i));
    }
    jobs.submit(TestJobs.of("modest", "m0"));
    jobs.submit(TestJobs.of("modest", "m1"));
    jobs.submit(TestJobs.of("third", "t0"));

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      order.add(source(jobs.claim()));
    }

    assertThat(order).containsExactly("g0", "m0", "t0", "g1", "m1", "g2", "g3");
  }

  @Test
  void whoComesLateWaitsForNobodysBacklog() {
    for (int i = 0; i < 20; i++) {
      jobs.submit(TestJobs.of("greedy", "g" + i));
    }
    for (int i = 0; i < 10; i++) {
      jobs.claim();
    }
    jobs.submit(TestJobs.of("modest", "m0"));

    assertThat(List.of(source(jobs.claim()), source(jobs.claim()))).contains("m0");
  }

  @Test
  void jobsOfABatchHaveTheirTurnsOneAfterAnother() {
    List<AcceptedJob> batch =
        List.of(
            TestJobs.accepted(TestJobs.of("a", "a0")),
            TestJobs.accepted(TestJobs.of("a", "a1")),
            TestJobs.accepted(TestJobs.of("b", "b0")));
    jobs.store(store -> store.submit(batch));

    assertThat(List.of(source(jobs.claim()), source(jobs.claim()), source(jobs.claim())))
        .containsExactly("a0", "b0", "a1");
  }

  private static String source(Claim claim) {
    return new String(claim.execution().files().get(0).content(), StandardCharsets.UTF_8);
  }

  @Test
  void aKeyIsOneJobOfOneClient() {
    NewJob first = TestJobs.with(TestJobs.of("a", "x"), Optional.of("k"), Map.of());
    NewJob other = TestJobs.with(TestJobs.of("a", "y"), Optional.of("k"), Map.of());
    NewJob stranger = TestJobs.with(TestJobs.of("b", "y"), Optional.of("k"), Map.of());
    UUID id = jobs.submit(first);

    JobStore.KeyedJob known =
        jobs.<Optional<JobStore.KeyedJob>>store(s -> s.byKey("a", "k")).orElseThrow();
    assertThat(known.id()).isEqualTo(id);
    assertThat(known.isFrom(TestJobs.accepted(first))).isTrue();
    assertThat(known.isFrom(TestJobs.accepted(other))).isFalse();
    assertThat(jobs.<Optional<?>>store(s -> s.submit(List.of(TestJobs.accepted(other))))).isEmpty();
    jobs.submit(stranger);
    jobs.submit(TestJobs.of("a", "x"));
    jobs.submit(TestJobs.of("a", "x"));
    assertThat(jobs.<Long>queue(JobQueue::queued)).isEqualTo(4);
  }

  @Test
  void jobsAreFoundByWhatTheyAre() {
    UUID labelled =
        jobs.submit(
            TestJobs.with(TestJobs.of("a", "x"), Optional.empty(), Map.of("k", "v", "l", "w")));
    UUID other =
        jobs.submit(TestJobs.with(TestJobs.of("a", "x"), Optional.empty(), Map.of("k", "u")));
    Claim claim = jobs.claim();

    assertThat(found(Set.of(), "python", Map.of("k", "v", "l", "w"))).containsExactly(labelled);
    assertThat(found(Set.of(), "python", Map.of("k", "w"))).isEmpty();
    assertThat(found(Set.of(JobState.QUEUED), null, Map.of())).containsExactly(other);
    assertThat(found(JobState.active(), null, Map.of()))
        .containsExactly(UUID.fromString(claim.jobId()));
    assertThat(found(Set.of(), "cobol", Map.of())).isEmpty();
    Instant created = jobs.find(labelled).orElseThrow().createdAt();
    JobFilter after =
        new JobFilter(Set.of(), Optional.empty(), Map.of(), Optional.of(created), Optional.empty());
    assertThat(jobs.store(s -> s.list(after, Optional.empty(), 10)).jobs())
        .extracting(JobSummary::id)
        .containsExactly(other.toString());
  }

  private List<UUID> found(Set<JobState> states, String language, Map<String, String> labels) {
    JobFilter filter =
        new JobFilter(
            states, Optional.ofNullable(language), labels, Optional.empty(), Optional.empty());
    return jobs.store(s -> s.list(filter, Optional.empty(), 10)).jobs().stream()
        .map(job -> UUID.fromString(job.id()))
        .toList();
  }

  @Test
  void pagesShowEveryJobOnceTheNewestFirst() {
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      submitted.add(0, jobs.submit("print(" + i + ")").toString());
    }

    List<String> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Optional<JobCursor> place = JobCursor.parse(cursor);
      JobPage page = jobs.store(s -> s.list(JobFilter.ALL, place, 3));
      page.jobs().forEach(job -> seen.add(job.id()));
      cursor = page.next();
    } while (cursor.isPresent());

    assertThat(seen).containsExactlyInAnyOrderElementsOf(submitted);
    assertThat(seen.get(0)).isEqualTo(submitted.get(0));
  }

  @Test
  void onlyJobsThatEndedBeforeAMomentAreDeletedWithAllThatIsTheirs() {
    jobs.submit(TestJobs.with(TestJobs.of("", "x"), Optional.empty(), Map.of("k", "v")));
    jobs.submit("print(2)");
    UUID waiting = jobs.submit("print(3)");
    Claim ended = jobs.claim();
    Claim running = jobs.claim();
    jobs.queue(q -> q.finish(ended.jobId(), 1, RESULT));

    Instant end = jobs.view(ended.jobId()).finishedAt().orElseThrow();
    assertThat(jobs.<Integer>retention(r -> r.deleteFinishedBefore(end))).isZero();
    assertThat(jobs.<Integer>retention(r -> r.deleteFinishedBefore(end.plusSeconds(1))))
        .isEqualTo(1);

    assertThat(jobs.find(UUID.fromString(ended.jobId()))).isEmpty();
    assertThat(jobs.find(UUID.fromString(running.jobId()))).isPresent();
    assertThat(jobs.find(waiting)).isPresent();
    long left =
        jobs.database.inTransaction(
            em ->
                em.createQuery("select count(i) from JobInput i", Long.class).getSingleResult()
                    + em.createQuery("select count(r) from StoredResult r", Long.class)
                        .getSingleResult()
                    + em.createQuery("select count(l) from JobLabel l", Long.class)
                        .getSingleResult());
    assertThat(left).as("the inputs of the two others").isEqualTo(2);
  }

  @Test
  void theOldestGoWhenThereIsTooMuch() {
    List<String> ended = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      jobs.submit("x".repeat(100));
      Claim claim = jobs.claim();
      jobs.queue(q -> q.finish(claim.jobId(), 1, TestJobs.accepted()));
      ended.add(claim.jobId());
    }

    assertThat(jobs.<Integer>retention(r -> r.deleteBeyond(300))).isZero();
    assertThat(jobs.<Integer>retention(r -> r.deleteBeyond(299))).isEqualTo(1);
    assertThat(jobs.find(UUID.fromString(ended.get(0)))).isEmpty();
    assertThat(jobs.find(UUID.fromString(ended.get(1)))).isPresent();
  }

  @Test
  void whatIsBeingReadStays() {
    UUID id = jobs.submit("print(1)");
    Claim claim = jobs.claim();
    jobs.queue(q -> q.finish(claim.jobId(), 1, RESULT));
    jobs.store(
        s -> {
          s.touch(id);
          return null;
        });

    Instant later = Instant.now().plusSeconds(1000);
    assertThat(jobs.<Integer>retention(r -> r.deleteFinishedBefore(later))).isZero();
    assertThat(jobs.<Integer>retention(r -> r.deleteBeyond(0))).isZero();
  }

  @Test
  void aPieceOfTheOutputIsRead() {
    UUID id = jobs.submit("print(1)");
    assertThat(jobs.<Optional<OutputSlice>>store(s -> s.output(id, OutputStreamName.STDOUT, 0, 9)))
        .isEmpty();
    Claim claim = jobs.claim();
    jobs.queue(q -> q.finish(claim.jobId(), 1, RESULT));

    OutputSlice slice =
        jobs.<Optional<OutputSlice>>store(s -> s.output(id, OutputStreamName.STDOUT, 1, 1L << 40))
            .orElseThrow();

    assertThat(slice.bytes()).containsExactly(0xff, 0);
    assertThat(slice.available()).isEqualTo(3);
    assertThat(slice.complete()).isTrue();
    assertThat(slice.truncated()).isTrue();
  }

  @Test
  void jobsThatEndedOrAreGoneAreTold() {
    UUID waiting = jobs.submit("print(1)");
    String gone = UUID.randomUUID().toString();

    assertThat(jobs.<List<String>>queue(q -> q.endedAmong(List.of(waiting.toString(), gone))))
        .containsExactly(gone);
    assertThat(jobs.<List<String>>queue(q -> q.endedAmong(List.of()))).isEmpty();
  }

  @Test
  void pendingJobsAreCounted() {
    jobs.submit("print(1)");
    jobs.submit("print(2)");
    jobs.claim();

    assertThat(jobs.<Long>queue(JobQueue::queued)).isEqualTo(1);
  }
}
