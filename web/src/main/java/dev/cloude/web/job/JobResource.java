package dev.cloude.web.job;

import dev.cloude.api.JobCreated;
import dev.cloude.api.JobRequest;
import dev.cloude.ejb.job.IdempotencyConflictException;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.LimitExceededException;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.job.QueueFullException;
import dev.cloude.ejb.language.Languages;
import dev.cloude.web.error.Errors;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Submits jobs and shows them. Nothing says what it produces, and every answer names its own type:
 * the original ignored the Accept header.
 */
@Path("/")
@RequestScoped
public class JobResource {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @Inject private JobService jobs;
  @Inject private Languages languages;

  public JobResource() {}

  JobResource(JobService jobs, Languages languages) {
    this.jobs = jobs;
    this.languages = languages;
  }

  /** 202 with the job's id; 400 when it cannot be run; 503 when too many wait. */
  @POST
  @Path("run")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response run(JobRequest request, @Context HttpServletRequest http) {
    NewJob job;
    try {
      job = Submission.check(request, languages, http.getRemoteAddr());
    } catch (RejectedSubmissionException e) {
      return Errors.response(Response.Status.BAD_REQUEST, e.getMessage());
    }
    try {
      UUID id = jobs.submitOriginal(job);
      return json(Response.Status.ACCEPTED, new JobCreated(id.toString()));
    } catch (QueueFullException e) {
      Response full = Errors.response(Response.Status.SERVICE_UNAVAILABLE, e.getMessage());
      return Response.fromResponse(full)
          .header(HttpHeaders.RETRY_AFTER, e.retryAfter().toSeconds())
          .build();
    } catch (LimitExceededException | IdempotencyConflictException e) {
      return Errors.response(Response.Status.BAD_REQUEST, e.getMessage());
    }
  }

  /** 200 with what is known about the job; 404 when there is none with this id. */
  @GET
  @Path("status/{id}")
  public Response status(@PathParam("id") String id) {
    Optional<JobView> job =
        UUID_TEXT.matcher(id).matches() ? jobs.find(UUID.fromString(id)) : Optional.empty();
    return job.map(view -> json(Response.Status.OK, StatusBody.of(view)))
        .orElseGet(
            () -> Errors.response(Response.Status.NOT_FOUND, "Job %s not found".formatted(id)));
  }

  private static Response json(Response.Status status, Object body) {
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body).build();
  }
}
