package dev.cloude.web.v1;

import dev.cloude.api.v1.BatchAcceptedBody;
import dev.cloude.api.v1.BatchSpec;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.language.Languages;
import dev.cloude.web.answer.Jobs;
import dev.cloude.web.problem.JsonProblems;
import dev.cloude.web.submission.Submissions;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;

/**
 * Takes several jobs at once. A class of its own: JAX-RS would look for the path in that of {@code
 * {id}} otherwise.
 */
@Path("v1/jobs/batch")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class BatchResource {
  @Inject private JobService jobs;
  @Inject private Languages languages;

  public BatchResource() {}

  /** 202 with where the jobs will be: all of them, or none. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response submit(
      byte[] body,
      @HeaderParam("Idempotency-Key") String key,
      @Context UriInfo uri,
      @Context HttpServletRequest request) {
    Query.of(uri);
    Submissions submissions = new Submissions(languages, request.getRemoteAddr(), key);
    List<NewJob> batch = submissions.batch(JsonProblems.read(body, BatchSpec.class));
    List<UUID> ids = Storing.of(() -> jobs.submitAll(batch));
    return Answers.json(
            Response.Status.ACCEPTED,
            new BatchAcceptedBody(ids.stream().map(Jobs::accepted).toList()))
        .build();
  }
}
