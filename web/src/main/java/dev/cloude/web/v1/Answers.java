package dev.cloude.web.v1;

import dev.cloude.web.json.ApiJson;
import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemException;
import dev.cloude.web.problem.ProblemType;
import dev.cloude.web.problem.Quoted;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import java.util.regex.Pattern;

/** What the resources have in common. */
final class Answers {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Answers() {}

  static Response.ResponseBuilder json(Response.Status status, Object body) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(ApiJson.write(body));
  }

  /** The id in a path; what is none cannot be a job's. */
  static UUID id(String text) {
    if (!UUID_TEXT.matcher(text).matches()) {
      throw noJob(text);
    }
    return UUID.fromString(text);
  }

  static ProblemException noJob(String id) {
    return Problem.of(
            ProblemType.JOB_NOT_FOUND,
            "There is no job %s; finished jobs are forgotten after a while."
                .formatted(Quoted.of(id)))
        .exception();
  }
}
