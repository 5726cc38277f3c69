package dev.cloude.web.v1;

import dev.cloude.ejb.job.Cancellation;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobView;
import dev.cloude.web.answer.Jobs;
import dev.cloude.web.event.ApiThreads;
import dev.cloude.web.event.EventStreams;
import dev.cloude.web.problem.ProblemException;
import dev.cloude.web.setting.ApiSettings;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Shows one job, follows it, and ends it. */
@Path("v1/jobs/{id}")
@RequestScoped
public class OneJobResource {
  @Inject private JobService jobs;
  @Inject private ApiSettings settings;
  @Inject private ApiThreads threads;
  @Inject private EventStreams streams;

  public OneJobResource() {}

  /** 200 with the job; with {@code ?wait=}, when it ends or the time is over. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public CompletionStage<Response> get(@PathParam("id") String id, @Context UriInfo uri) {
    Duration wait = Query.of(uri, "wait").waitAtMost(settings.longestWait());
    UUID job = Answers.id(id);
    if (wait.isZero()) {
      return CompletableFuture.completedFuture(answer(id, jobs.find(job)));
    }
    return jobs.await(job, wait).thenApplyAsync(found -> answer(id, found), threads.answers());
  }

  /** Never throws: what a stage fails with, servers wrap in different ways. */
  private static Response answer(String id, Optional<JobView> found) {
    if (found.isEmpty()) {
      ProblemException none = Answers.noJob(id);
      return none.problem().response();
    }
    return Answers.json(Response.Status.OK, Jobs.of(found.get())).build();
  }

  /** 200 when the job has ended, 202 when it will in a moment; both again when repeated. */
  @DELETE
  @Produces(MediaType.APPLICATION_JSON)
  public Response cancel(@PathParam("id") String id, @Context UriInfo uri) {
    Query.of(uri);
    UUID job = Answers.id(id);
    Cancellation cancellation = jobs.cancel(job);
    if (cancellation == Cancellation.UNKNOWN) {
      throw Answers.noJob(id);
    }
    JobView now = jobs.find(job).orElseThrow(() -> Answers.noJob(id));
    return Answers.json(
            now.state().isFinal() ? Response.Status.OK : Response.Status.ACCEPTED, Jobs.of(now))
        .build();
  }

  /** 200 and server-sent events until the job's end; 204 when the client has the last one. */
  @GET
  @Path("events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void events(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
      @Context UriInfo uri,
      @Context HttpServletResponse response,
      @Context Sse sse,
      @Context SseEventSink sink) {
    Query.of(uri);
    UUID job = Answers.id(id);
    // A proxy that collects an answer before it passes it on would make live events late.
    response.setHeader("X-Accel-Buffering", "no");
    streams.open(job, lastEventId, sse, sink);
  }

  /** As {@code GET}, without opening a stream for nothing. */
  @HEAD
  @Path("events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Response hasEvents(@PathParam("id") String id, @Context UriInfo uri) {
    Query.of(uri);
    if (jobs.find(Answers.id(id)).isEmpty()) {
      throw Answers.noJob(id);
    }
    return Response.ok().type(MediaType.SERVER_SENT_EVENTS_TYPE).build();
  }
}
