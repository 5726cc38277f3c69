package dev.cloude.ejb.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.job.Cancellation;
import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.IdempotencyConflictException;
import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobEventListener;
import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.LanguageNotReadyException;
import dev.cloude.ejb.job.LimitExceededException;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.QueueFullException;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.ejb.job.Subscription;
import dev.cloude.ejb.job.TestJobs;
import dev.cloude.ejb.job.TransactionalStore;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.ejb.journal.JobJournal;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.journal.NodeControl;
import dev.cloude.ejb.language.Languages;
import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.metrics.JobMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeJobServiceTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final QueueDepth depth = new QueueDepth();
  private final JobJournals journals = new JobJournals();
  private final NodeControl control = new NodeControl();
  private final List<String> cancelled = new CopyOnWriteArrayList<>();
  private final Set<String> ready = ConcurrentHashMap.newKeySet();
  private TransactionalStore store;
  private NodeJobService service;

  @BeforeEach
  void start() throws Exception {
    Settings settings =
        new Settings(name -> Optional.ofNullable(Map.of("JOB_QUEUE_LIMIT", "3").get(name)));
    ready.addAll(List.of("python", "c"));
    store = new TransactionalStore(Provider.HIBERNATE);
    control.use(
        new NodeControl.Engine() {
          @Override
          public Executor callbacks() {
            return threads;
          }

          @Override
          public void cancel(String jobId) {
            cancelled.add(jobId);
          }

          @Override
          public int maxVms() {
            return 1;
          }

          @Override
          public int freeVms() {
            return 1;
          }

          @Override
          public boolean accepting() {
            return true;
          }
        });
    service =
        new NodeJobService(
            store,
            new Languages(Catalogue.load(Path.of("..", "config", "languages.json"))),
            new Images(),
            TestJobs.LIMITS,
            NetworkSettings.from(settings),
            JobSettings.from(settings),
            depth,
            journals,
            control,
            new JobMetrics(new SimpleMeterRegistry()));
  }

  private final class Images implements GuestSessions {
    @Override
    public boolean isReady(String language) {
      return ready.contains(language);
    }

    @Override
    public GuestSession open(Execution execution, Optional<GuestAddress> address) {
      throw new IllegalStateException("no job is run here");
    }

    @Override
    public void prepare() {}
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static NewJob keyed(String source, String key) {
    return TestJobs.with(TestJobs.of("client", source), Optional.of(key), Map.of());
  }

  @Test
  void theSameRequestWithTheSameKeyIsTheSameJob() throws Exception {
    UUID id = service.submit(keyed("x", "k"));

    assertThat(service.submit(keyed("x", "k"))).isEqualTo(id);
    assertThat(service.submit(keyed("x", "l"))).isNotEqualTo(id);
    assertThatThrownBy(() -> service.submit(keyed("y", "k")))
        .isInstanceOfSatisfying(
            IdempotencyConflictException.class,
            e -> assertThat(e.jobId()).isEqualTo(id.toString()));
    assertThat(store.queued()).isEqualTo(2);
    assertThat(depth.get()).isEqualTo(2);
  }

  @Test
  void theSameRequestAtTheSameMomentIsOneJob() throws Exception {
    CompletableFuture<?>[] requests = new CompletableFuture<?>[8];
    List<UUID> ids = new CopyOnWriteArrayList<>();
    for (int i = 0; i < requests.length; i++) {
      requests[i] =
          CompletableFuture.runAsync(
              () -> {
                try {
                  ids.add(service.submit(keyed("x", "k")));
                } catch (Exception e) {
                  // Those that came in between see a full queue for a moment.
                  assertThat(e).isInstanceOf(QueueFullException.class);
                }
              },
              threads);
    }
    CompletableFuture.allOf(requests).get();

    assertThat(ids).isNotEmpty();
    assertThat(Set.copyOf(ids)).hasSize(1);
    assertThat(store.queued()).isEqualTo(1);
  }

  @Test
  void aFullQueueIsSaidAndAKnownKeyIsStillAnswered() throws Exception {
    UUID known = service.submit(keyed("x", "k"));
    service.submit(TestJobs.of("a", "1"));
    assertThatThrownBy(
            () -> service.submitAll(List.of(TestJobs.of("a", "2"), TestJobs.of("a", "3"))))
        .isInstanceOf(QueueFullException.class);
    service.submit(TestJobs.of("a", "2"));

    assertThatThrownBy(() -> service.submit(TestJobs.of("a", "3")))
        .isInstanceOfSatisfying(
            QueueFullException.class, e -> assertThat(e.retryAfter()).isPositive())
        .hasMessageStartingWith("3 jobs wait already");
    assertThat(service.submit(keyed("x", "k"))).isEqualTo(known);

    service.cancel(known);
    service.submit(TestJobs.of("a", "3"));
  }

  @Test
  void aLanguageWithoutAnImageIsRefusedAndAKnownKeyIsStillAnswered() throws Exception {
    UUID known = service.submit(keyed("x", "k"));
    ready.remove("python");

    assertThatThrownBy(() -> service.submit(TestJobs.of("a", "1")))
        .isInstanceOfSatisfying(
            LanguageNotReadyException.class, e -> assertThat(e.retryAfter()).isPositive())
        .hasMessage(
            "The image of python is not there: it is still being built, or could not be built;"
                + " try again in 15 s.");
    NewJob inC = NewJob.of("c", new byte[] {1}, new byte[0]);
    assertThatThrownBy(() -> service.submitAll(List.of(inC, TestJobs.of("a", "1"))))
        .isInstanceOf(LanguageNotReadyException.class);
    assertThat(store.queued()).isEqualTo(1);
    assertThat(depth.get()).isEqualTo(1);
    assertThat(service.submit(keyed("x", "k"))).isEqualTo(known);
    service.submit(inC);
    service.submitOriginal(TestJobs.of("a", "1"));
    assertThat(store.queued()).isEqualTo(3);

    service.cancel(known);
    ready.add("python");
    service.submit(TestJobs.of("a", "1"));
  }

  @Test
  void aBatchIsStoredAsAWholeOrNotAtAll() throws Exception {
    NewJob fine = TestJobs.of("a", "1");
    NewJob greedy = TestJobs.wanting(fine, fine.limits(), fine.network(), OptionalInt.of(99));

    assertThatThrownBy(() -> service.submitAll(List.of(fine, greedy)))
        .isInstanceOfSatisfying(
            LimitExceededException.class, e -> assertThat(e.field()).isEqualTo("jobs[1].vcpus"));
    assertThat(store.queued()).isZero();
    assertThat(service.submitAll(List.of(fine, fine))).hasSize(2).doesNotHaveDuplicates();
    assertThatThrownBy(() -> service.submitAll(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBatchOfWhichOnlyAPartIsKnownIsAConflict() throws Exception {
    UUID known = service.submit(keyed("x", "k0"));

    assertThatThrownBy(() -> service.submitAll(List.of(keyed("x", "k0"), keyed("y", "k1"))))
        .isInstanceOfSatisfying(
            IdempotencyConflictException.class,
            e -> assertThat(e.jobId()).isEqualTo(known.toString()));
    assertThat(store.queued()).isEqualTo(1);
  }

  @Test
  void aWaitEndsWithTheJob() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    CompletableFuture<Optional<JobView>> wait = service.await(id, LONG).toCompletableFuture();
    Claim claim = store.claim();
    journals.open(claim.jobId(), 1);
    assertThat(wait).isNotDone();

    store.finish(claim, TestJobs.accepted());
    journals.close(claim.jobId(), true);

    assertThat(wait.get(30, TimeUnit.SECONDS).orElseThrow().summary().verdict())
        .contains(Verdict.ACCEPTED);
    assertThat(journals.awaited()).isZero();
    assertThat(service.await(id, LONG).toCompletableFuture().get()).isPresent();
  }

  @Test
  void aWaitEndsWithAJobThatAnotherNodeRan() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    CompletableFuture<Optional<JobView>> wait = service.await(id, LONG).toCompletableFuture();

    store.finish(store.claim(), TestJobs.accepted());
    assertThat(journals.awaitedElsewhere()).containsExactly(id.toString());
    journals.ended(List.of(id.toString()));

    assertThat(wait.get(30, TimeUnit.SECONDS).orElseThrow().state()).isEqualTo(JobState.FINISHED);
  }

  @Test
  void aWaitThatIsOverShowsTheJobAsItIs() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));

    assertThat(
            service
                .await(id, Duration.ofMillis(20))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .orElseThrow()
                .state())
        .isEqualTo(JobState.QUEUED);
    assertThat(service.await(id, Duration.ZERO).toCompletableFuture().get()).isPresent();
    assertThat(service.await(UUID.randomUUID(), LONG).toCompletableFuture().get()).isEmpty();
    assertThat(journals.awaited()).isZero();
  }

  @Test
  void cancellingIsToldToWhomItConcerns() throws Exception {
    UUID waiting = service.submit(TestJobs.of("a", "1"));
    CompletableFuture<Optional<JobView>> wait = service.await(waiting, LONG).toCompletableFuture();
    assertThat(service.cancel(waiting)).isEqualTo(Cancellation.CANCELLED);
    assertThat(wait.get(30, TimeUnit.SECONDS).orElseThrow().summary().verdict())
        .contains(Verdict.CANCELLED);
    assertThat(depth.get()).isZero();

    UUID running = service.submit(TestJobs.of("a", "2"));
    store.claim();
    assertThat(service.cancel(running)).isEqualTo(Cancellation.REQUESTED);
    assertThat(cancelled).containsExactly(running.toString());
    assertThat(service.cancel(UUID.randomUUID())).isEqualTo(Cancellation.UNKNOWN);
  }

  /** Keeps what it hears; the end of all events is null's place, an empty id. */
  private static final class Listener implements JobEventListener {
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final List<String> ids = new CopyOnWriteArrayList<>();
    volatile CompletionStage<?> answer = CompletableFuture.completedStage(null);

    @Override
    public CompletionStage<?> onEvent(JobEvent event) {
      ids.add(event.id());
      if (event instanceof JobEvent.StateChanged changed) {
        heard.add(changed.state().wireName() + " " + changed.attempt());
      } else if (event instanceof JobEvent.Output output) {
        String text = new String(output.bytes(), StandardCharsets.UTF_8);
        heard.add(output.stream().name() + "@" + output.offset() + " " + text);
      } else {
        heard.add("finished");
      }
      return answer;
    }

    @Override
    public void onEnd() {
      heard.add("end");
    }

    String next() throws InterruptedException {
      return heard.poll(30, TimeUnit.SECONDS);
    }
  }

  private static JobResult wrote(String stdout) {
    JobResult plain = TestJobs.accepted();
    byte[] bytes = stdout.getBytes(StandardCharsets.UTF_8);
    return new JobResult(
        plain.verdict(),
        plain.exitCode(),
        plain.signal(),
        plain.limit(),
        new StreamResult(bytes, bytes.length, false),
        plain.stderr(),
        plain.compile(),
        plain.cpu(),
        plain.wall(),
        plain.peakMemoryBytes(),
        plain.lateness(),
        plain.timings(),
        plain.receipt(),
        plain.failure());
  }

  @Test
  void aJobIsFollowedFromTheQueueToItsEnd() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    Listener listener = new Listener();
    service.events(id, Optional.empty(), listener);
    assertThat(listener.next()).isEqualTo("queued 0");

    Claim claim = store.claim();
    JobJournal journal = journals.open(claim.jobId(), 1);
    assertThat(listener.next()).isEqualTo("booting 1");
    journal.state(JobState.RUNNING);
    journals.changed(claim.jobId());
    assertThat(listener.next()).isEqualTo("running 1");
    journal.output(OutputStreamName.STDOUT, new byte[] {'a', 'b'});
    journals.changed(claim.jobId());
    assertThat(listener.next()).isEqualTo("STDOUT@0 ab");
    store.finish(claim, wrote("abc"));
    journals.close(claim.jobId(), true);

    assertThat(listener.next()).isEqualTo("STDOUT@2 c");
    assertThat(listener.next()).isEqualTo("finished");
    assertThat(listener.next()).isEqualTo("end");
    assertThat(journals.awaited()).isZero();

    // Whoever lost the connection after any of these goes on right there.
    List<String> rest = List.of("STDOUT@0 abc", "STDOUT@2 c", "finished", "end");
    for (int i = 0; i < listener.ids.size(); i++) {
      Listener again = new Listener();
      service.events(id, Optional.of(listener.ids.get(i)), again);
      int from = i < 3 ? 0 : i == 3 ? 1 : i == 4 ? 2 : 3;
      for (String expected :
          from == 0 ? List.of(rest.get(0), "finished", "end") : rest.subList(from, 4)) {
        assertThat(again.next()).as("after %s", listener.ids.get(i)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aJobThatIsRunAgainSaysSo() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    Listener listener = new Listener();
    Claim first = store.claim();
    JobJournal journal = journals.open(first.jobId(), 1);
    journal.output(OutputStreamName.STDOUT, new byte[] {'x'});
    service.events(id, Optional.empty(), listener);
    assertThat(listener.next()).isEqualTo("booting 1");
    assertThat(listener.next()).isEqualTo("STDOUT@0 x");

    store.requeue(first);
    journals.close(first.jobId(), false);
    assertThat(listener.next()).isEqualTo("queued 1");
    Claim second = store.claim();
    store.finish(second, wrote("y"));
    journals.ended(List.of(second.jobId()));

    String next = listener.next();
    // Seen only by who looks in the right moment.
    assertThat(next.equals("booting 2") ? listener.next() : next).isEqualTo("STDOUT@0 y");
    assertThat(listener.next()).isEqualTo("finished");
  }

  @Test
  void aSlowListenerIsNotOverrunAndHoldsNoThread() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    Claim claim = store.claim();
    JobJournal journal = journals.open(claim.jobId(), 1);
    Listener listener = new Listener();
    CompletableFuture<Void> taken = new CompletableFuture<>();
    listener.answer = taken;
    service.events(id, Optional.empty(), listener);
    assertThat(listener.next()).isEqualTo("booting 1");
    journal.output(OutputStreamName.STDOUT, new byte[] {'a'});
    journals.changed(claim.jobId());
    journal.output(OutputStreamName.STDOUT, new byte[] {'b'});
    journals.changed(claim.jobId());
    assertThat(listener.heard).isEmpty();

    listener.answer = CompletableFuture.completedStage(null);
    taken.complete(null);

    assertThat(listener.next()).isEqualTo("STDOUT@0 ab");
  }

  @Test
  void aListenerThatFailsOrLeavesHearsNoMore() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    Listener failing = new Listener();
    failing.answer = CompletableFuture.failedStage(new IllegalStateException("gone"));
    service.events(id, Optional.empty(), failing);
    assertThat(failing.next()).isEqualTo("queued 0");
    assertThat(failing.next()).isEqualTo("end");

    Listener leaving = new Listener();
    Subscription subscription = service.events(id, Optional.of("nonsense"), leaving).orElseThrow();
    assertThat(leaving.next()).isEqualTo("queued 0");
    subscription.close();
    assertThat(journals.awaited()).isZero();
    assertThat(service.events(UUID.randomUUID(), Optional.empty(), leaving)).isEmpty();
  }

  @Test
  void outputIsReadWhileTheJobRunsAndAfterwards() throws Exception {
    UUID id = service.submit(TestJobs.of("a", "1"));
    assertThat(service.output(id, OutputStreamName.STDOUT, 0, 9).orElseThrow().complete())
        .isFalse();
    Claim claim = store.claim();
    journals.open(claim.jobId(), 1).output(OutputStreamName.STDOUT, new byte[] {'a', 'b'});
    assertThat(service.output(id, OutputStreamName.STDOUT, 1, 9).orElseThrow().bytes())
        .containsExactly('b');
    store.finish(claim, wrote("abc"));
    journals.close(claim.jobId(), true);

    assertThat(service.output(id, OutputStreamName.STDOUT, 1, 2).orElseThrow().bytes())
        .containsExactly('b');
    assertThat(service.output(id, OutputStreamName.STDOUT, 9, 99).orElseThrow().bytes()).isEmpty();
    assertThat(service.output(UUID.randomUUID(), OutputStreamName.STDOUT, 0, 1)).isEmpty();
    assertThatThrownBy(() -> service.output(id, OutputStreamName.STDOUT, 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCursorThatIsNoneIsRefused() {
    for (String cursor : List.of("x", "!", "MS8y")) {
      assertThatThrownBy(() -> service.list(JobFilter.ALL, Optional.of(cursor), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cursor");
    }
    assertThatThrownBy(() -> service.list(JobFilter.ALL, Optional.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
