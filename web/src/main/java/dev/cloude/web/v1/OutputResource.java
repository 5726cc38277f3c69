package dev.cloude.web.v1;

import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.OutputSlice;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;
import dev.cloude.web.problem.Quoted;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a job wrote, byte for byte: for downloads, never to be shown by a browser. */
@Path("v1/jobs/{id}/output/{stream}")
@RequestScoped
public class OutputResource {
  /** Not in JAX-RS. */
  private static final String RANGE = "Range";

  @Inject private JobService jobs;

  public OutputResource() {}

  OutputResource(JobService jobs) {
    this.jobs = jobs;
  }

  /** 200 with all, 206 with the range that was asked for, 416 when nothing of it is there (yet). */
  @GET
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public Response output(
      @PathParam("id") String id,
      @PathParam("stream") String name,
      @HeaderParam(RANGE) String range,
      @HeaderParam("If-Range") String ifRange,
      @Context UriInfo uri) {
    Query.of(uri);
    UUID job = Answers.id(id);
    OutputStreamName stream = stream(name);
    OutputSlice known = slice(id, job, stream, 0, 0);
    // Nothing that an If-Range could name is ever sent, so it never matches.
    ByteRange wanted = ByteRange.of(ifRange == null ? range : null, known.available());
    if (wanted.kind() == ByteRange.Kind.NONE) {
      throw Problem.of(
              ProblemType.RANGE_NOT_SATISFIABLE,
              RANGE,
              "The range %s is not there: %s has %d bytes%s."
                  .formatted(
                      Quoted.of(range), name, known.available(), known.complete() ? "" : " so far"))
          .with("Content-Range", "bytes */" + known.available())
          .exception();
    }
    OutputSlice slice = slice(id, job, stream, wanted.from(), wanted.to());
    Response.ResponseBuilder answer =
        wanted.kind() == ByteRange.Kind.ALL
            ? Response.ok()
            : Response.status(Response.Status.PARTIAL_CONTENT)
                .header("Content-Range", contentRange(slice));
    return answer
        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header("Accept-Ranges", "bytes")
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s\"".formatted(name))
        .header("Cloude-Complete", slice.complete())
        .header("Cloude-Truncated", slice.truncated())
        .entity(slice.bytes())
        .build();
  }

  private OutputSlice slice(String id, UUID job, OutputStreamName stream, long from, long to) {
    return jobs.output(job, stream, from, to).orElseThrow(() -> Answers.noJob(id));
  }

  private static String contentRange(OutputSlice slice) {
    long last = slice.from() + slice.bytes().length - 1;
    String length = slice.complete() ? String.valueOf(slice.available()) : "*";
    return "bytes %d-%d/%s".formatted(slice.from(), last, length);
  }

  private static OutputStreamName stream(String name) {
    return Arrays.stream(OutputStreamName.values())
        .filter(stream -> wireName(stream).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemType.NOT_FOUND,
                        "There is no stream %s; there are %s."
                            .formatted(
                                Quoted.of(name),
                                Arrays.stream(OutputStreamName.values())
                                    .map(OutputResource::wireName)
                                    .collect(Collectors.joining(", "))))
                    .exception());
  }

  private static String wireName(OutputStreamName stream) {
    return stream.name().toLowerCase(Locale.ROOT);
  }
}
