package dev.cloude.web.event;

import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.Subscription;
import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;
import dev.cloude.web.setting.ApiSettings;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** All clients that follow jobs. */
@ApplicationScoped
public class EventStreams {
  /** Proxies and load balancers cut connections that are silent for half a minute or more. */
  private static final int BEAT_SECONDS = 10;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

  @Inject private JobService jobs;
  @Inject private ApiThreads threads;
  @Inject private ApiSettings settings;

  private Semaphore permits;

  public EventStreams() {}

  @PostConstruct
  void start() {
    permits = new Semaphore(settings.eventStreams());
    threads.every(BEAT_SECONDS, () -> new ArrayList<>(open).forEach(EventStream::beat));
  }

  /**
   * Writes a job's events to a client until the job's end.
   *
   * @param lastEventId last one that the client has; null for all
   * @throws RuntimeException a problem, when there is no such job or too many streams are open; 204
   *     when the client has the last event already
   */
  public void open(UUID id, String lastEventId, Sse sse, SseEventSink sink) {
    if (EventIds.isLast(lastEventId) && jobs.find(id).isPresent()) {
      throw new WebApplicationException(Response.noContent().build());
    }
    if (!permits.tryAcquire()) {
      throw Problem.of(
              ProblemType.TOO_MANY_STREAMS,
              "%d event streams are open already, which is the most; try again in %d s."
                  .formatted(settings.eventStreams(), RETRY_AFTER.toSeconds()))
          .retryAfter(RETRY_AFTER)
          .exception();
    }
    EventStream stream = new EventStream(sse, sink, threads.events(), this::closed);
    open.add(stream);
    boolean followed = false;
    try {
      Optional<Subscription> subscription = jobs.events(id, EventIds.engineId(lastEventId), stream);
      subscription.ifPresent(stream::follow);
      followed = subscription.isPresent();
    } finally {
      if (!followed && open.remove(stream)) {
        permits.release();
      }
    }
    if (!followed) {
      throw Problem.of(ProblemType.JOB_NOT_FOUND, "There is no job %s.".formatted(id)).exception();
    }
    stream.beat();
  }

  private void closed(EventStream stream) {
    if (open.remove(stream)) {
      permits.release();
    }
  }

  @PreDestroy
  void stop() {
    new ArrayList<>(open).forEach(EventStream::close);
  }
}
