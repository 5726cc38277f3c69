package dev.cloude.web.v1;

import dev.cloude.ejb.job.JobService;
import dev.cloude.web.answer.Nodes;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** What this node can run and how it is. */
@Path("v1")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class NodeResource {
  @Inject private JobService jobs;

  public NodeResource() {}

  /** 200 with the languages of the catalogue. */
  @GET
  @Path("languages")
  public Response languages(@Context UriInfo uri) {
    Query.of(uri);
    return Answers.json(Response.Status.OK, Nodes.of(jobs.languages())).build();
  }

  /** 200 with capacity, VMs by state, versions and limits. */
  @GET
  @Path("node")
  public Response node(@Context UriInfo uri) {
    Query.of(uri);
    return Answers.json(Response.Status.OK, Nodes.of(jobs.node())).build();
  }
}
