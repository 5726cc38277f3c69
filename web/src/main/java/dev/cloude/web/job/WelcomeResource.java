package dev.cloude.web.job;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** {@code GET /}: says what answers here. */
@Path("/")
public class WelcomeResource {
  private static final String TEXT =
      "Welcome to Cloude. POST /run with {\"language\", \"code\"}, then GET /status/{id}.\n";

  /** 200 with a short text. */
  @GET
  public Response welcome() {
    return Response.ok(TEXT, MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8")).build();
  }
}
