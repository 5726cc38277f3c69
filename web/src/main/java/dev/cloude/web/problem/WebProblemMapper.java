package dev.cloude.web.problem;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** What JAX-RS itself refuses: no such path, wrong method, wrong media type. */
@Provider
public class WebProblemMapper implements ExceptionMapper<WebApplicationException> {

  @Override
  public Response toResponse(WebApplicationException e) {
    int status = e.getResponse().getStatus();
    if (status < 400) {
      // RESTEasy answers OPTIONS like this.
      return e.getResponse();
    }
    Problem problem = Problem.ofStatus(status);
    Object allow = e.getResponse().getHeaders().getFirst(HttpHeaders.ALLOW);
    return (allow == null ? problem : problem.with(HttpHeaders.ALLOW, allow)).response();
  }
}
