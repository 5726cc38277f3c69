package dev.cloude.web.v1;

import dev.cloude.api.v1.JobSpec;
import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.language.Languages;
import dev.cloude.web.answer.Jobs;
import dev.cloude.web.event.ApiThreads;
import dev.cloude.web.problem.JsonProblems;
import dev.cloude.web.setting.ApiSettings;
import dev.cloude.web.submission.Submissions;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes jobs and lists them. */
@Path("v1/jobs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class JobsResource {
  @Inject private JobService jobs;
  @Inject private Languages languages;
  @Inject private ApiSettings settings;
  @Inject private ApiThreads threads;

  public JobsResource() {}

  /** 202 with where the job will be; with {@code ?wait=}, 200 and the job if it ends in time. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public CompletionStage<Response> submit(
      byte[] body,
      @HeaderParam("Idempotency-Key") String key,
      @Context UriInfo uri,
      @Context HttpServletRequest request) {
    Duration wait = Query.of(uri, "wait").waitAtMost(settings.longestWait());
    Submissions submissions = new Submissions(languages, request.getRemoteAddr(), key);
    NewJob job = submissions.job(JsonProblems.read(body, JobSpec.class));
    UUID id = Storing.of(() -> jobs.submit(job));
    if (wait.isZero()) {
      return CompletableFuture.completedFuture(accepted(id));
    }
    return jobs.await(id, wait)
        .thenApplyAsync(
            found ->
                found
                    .filter(view -> view.state().isFinal())
                    .map(
                        view ->
                            Answers.json(Response.Status.OK, Jobs.of(view))
                                .header(HttpHeaders.LOCATION, Jobs.PATH + id)
                                .build())
                    .orElseGet(() -> accepted(id)),
            threads.answers());
  }

  private static Response accepted(UUID id) {
    return Answers.json(Response.Status.ACCEPTED, Jobs.accepted(id))
        .header(HttpHeaders.LOCATION, Jobs.PATH + id)
        .build();
  }

  /** 200 with a page of jobs, the newest first. */
  @GET
  public Response list(@Context UriInfo uri) {
    Query query =
        Query.of(
            uri,
            "state",
            "language",
            "label",
            "created_after",
            "created_before",
            "limit",
            "cursor");
    Optional<String> cursor = JobFilters.cursor(query);
    int limit = JobFilters.limit(query);
    JobFilter filter = JobFilters.of(query, languages);
    try {
      return Answers.json(Response.Status.OK, Jobs.of(jobs.list(filter, cursor, limit))).build();
    } catch (IllegalArgumentException e) {
      throw JobFilters.badCursor(cursor.orElse(""));
    }
  }
}
