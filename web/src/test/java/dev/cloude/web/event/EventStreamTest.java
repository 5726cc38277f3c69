package dev.cloude.web.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobSummary;
import dev.cloude.ejb.job.JobView;
import dev.cloude.runtime.job.OutputStreamName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private final Recorder client = new Recorder();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger unsubscribed = new AtomicInteger();
  private final EventStream stream =
      new EventStream(client, client, Runnable::run, closed -> ended.incrementAndGet());

  private static final JobEvent.StateChanged RUNNING =
      new JobEvent.StateChanged("1.0", JobState.RUNNING, 2);

  private static JobView job() {
    return new JobView(
        new JobSummary(
            "42",
            "python",
            Optional.empty(),
            JobState.FINISHED,
            Optional.empty(),
            1,
            Map.of(),
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty()),
        false,
        Optional.empty());
  }

  @Test
  void eventsHaveNamesIdsAndData() {
    stream.onEvent(RUNNING);
    stream.onEvent(
        new JobEvent.Output(
            "2.5", OutputStreamName.COMPILE_STDERR, 7, new byte[] {'<', (byte) 0xe2}));
    stream.onEvent(new JobEvent.Finished("3", job()));

    assertThat(client.lines)
        .startsWith(
            "state 1.0 {\"state\":\"running\",\"attempt\":2}",
            "output 2.5 {\"stream\":\"compile_stderr\",\"offset\":7,\"text\":\"\\u003C\ufffd\","
                + "\"base64\":\"POI=\"}");
    assertThat(client.lines.get(2)).startsWith("end 3;end {\"id\":\"42\",");
  }

  @Test
  void theNextEventIsAskedForWhenTheLastOneIsWritten() {
    client.slow = new CompletableFuture<>();

    CompletionStage<?> first = stream.onEvent(RUNNING);

    assertThat(first.toCompletableFuture()).isNotDone();
    stream.beat();
    assertThat(client.lines).as("no comment into the middle of an event").hasSize(1);
    client.slow.complete(null);
    assertThat(first.toCompletableFuture()).isCompleted();
    stream.beat();
    assertThat(client.lines).hasSize(2).last().isEqualTo(": alive");
  }

  @Test
  void theEndComesAfterWhatIsStillBeingWritten() {
    stream.follow(unsubscribed::incrementAndGet);
    client.slow = new CompletableFuture<>();
    stream.onEvent(RUNNING);

    stream.onEnd();

    assertThat(client.closed).isFalse();
    client.slow.complete(null);
    assertThat(client.closed).isTrue();
    assertThat(ended).hasValue(1);
    assertThat(unsubscribed).hasValue(1);
  }

  @Test
  void aClientThatIsGoneEndsTheSubscriptionOnce() {
    stream.follow(unsubscribed::incrementAndGet);
    client.closed = true;

    stream.beat();

    assertThat(unsubscribed).hasValue(1);
    assertThat(ended).hasValue(1);
    assertThat(stream.onEvent(RUNNING).toCompletableFuture()).isCompletedExceptionally();
    stream.close();
    stream.onEnd();
    assertThat(unsubscribed).hasValue(1);
    assertThat(ended).hasValue(1);
  }

  @Test
  void aFailedWriteEndsTheSubscription() {
    stream.follow(unsubscribed::incrementAndGet);
    client.slow = CompletableFuture.failedFuture(new java.io.IOException("broken pipe"));

    assertThat(stream.onEvent(RUNNING).toCompletableFuture()).isCompletedExceptionally();
    assertThat(unsubscribed).hasValue(1);
    assertThat(client.closed).isTrue();
  }

  @Test
  void aSubscriptionThatComesTooLateEndsAtOnce() {
    stream.close();

    stream.follow(unsubscribed::incrementAndGet);

    assertThat(unsubscribed).hasValue(1);
  }

  @Test
  void idsFromClientsAreOnlyPassedOnWhenTheyCanBeOurs() {
    assertThat(EventIds.engineId(null)).isEmpty();
    assertThat(EventIds.engineId("1.2.3")).contains("1.2.3");
    assertThat(EventIds.engineId("'; drop table job")).isEmpty();
    assertThat(EventIds.engineId("1".repeat(141))).isEmpty();
    assertThat(EventIds.isLast(EventIds.last("9.9"))).isTrue();
    assertThat(EventIds.isLast("9.9")).isFalse();
    assertThat(EventIds.isLast(null)).isFalse();
  }
}
