package dev.cloude.web.event;

import dev.cloude.api.v1.StateEventBody;
import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobEventListener;
import dev.cloude.ejb.job.Subscription;
import dev.cloude.web.answer.Jobs;
import dev.cloude.web.answer.Streams;
import dev.cloude.web.json.ApiJson;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One client that follows one job. Events are written one after the other; the engine gets the next
 * one out only when the one before was written.
 */
final class EventStream implements JobEventListener {
  private final Sse sse;
  private final SseEventSink sink;
  private final Executor writers;
  private final Consumer<EventStream> whenClosed;

  /** Complete when everything so far was written; guarded by this. */
  private CompletableFuture<?> written = CompletableFuture.completedFuture(null);

  /** Null until it is known; guarded by this. */
  private Subscription subscription;

  /** Guarded by this. */
  private boolean closed;

  /**
   * @param whenClosed called once, when nothing is written any more
   */
  EventStream(Sse sse, SseEventSink sink, Executor writers, Consumer<EventStream> whenClosed) {
    this.sse = sse;
    this.sink = sink;
    this.writers = writers;
    this.whenClosed = whenClosed;
  }

  /** Takes over a subscription: it ends with the stream. */
  void follow(Subscription subscribed) {
    synchronized (this) {
      subscription = subscribed;
      if (!closed) {
        return;
      }
    }
    subscribed.close();
  }

  /**
   * Writes a comment, which also notices that the client is gone; not while something is written.
   */
  synchronized void beat() {
    if (written.isDone() && !closed) {
      write(sse.newEventBuilder().comment("alive").build());
    }
  }

  @Override
  public CompletionStage<?> onEvent(JobEvent event) {
    return write(event(event));
  }

  private OutboundSseEvent event(JobEvent event) {
    if (event instanceof JobEvent.StateChanged change) {
      return event(
          change.id(), "state", new StateEventBody(change.state().wireName(), change.attempt()));
    }
    if (event instanceof JobEvent.Output output) {
      return event(output.id(), "output", Streams.of(output));
    }
    JobEvent.Finished finished = (JobEvent.Finished) event;
    return event(EventIds.last(finished.id()), "end", Jobs.of(finished.job()));
  }

  private OutboundSseEvent event(String id, String name, Object data) {
    return sse.newEventBuilder().id(id).name(name).data(String.class, ApiJson.line(data)).build();
  }

  @Override
  public synchronized void onEnd() {
    written.whenComplete((done, failure) -> close());
  }

  private synchronized CompletableFuture<?> write(OutboundSseEvent event) {
    written = written.thenComposeAsync(before -> send(event), writers);
    written.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            close();
          }
        });
    return written;
  }

  private CompletionStage<?> send(OutboundSseEvent event) {
    if (sink.isClosed()) {
      return CompletableFuture.failedFuture(new IllegalStateException("The client is gone."));
    }
    return sink.send(event);
  }

  /** Ends the stream and its subscription. Idempotent. */
  void close() {
    Subscription held;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      held = subscription;
    }
    if (held != null) {
      held.close();
    }
    whenClosed.accept(this);
    sink.close();
  }
}
