package dev.cloude.web.metric;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** Everything that this node measures. */
@Path("metrics")
@RequestScoped
public class MetricsResource {
  /** Of Prometheus' text format. */
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  @Inject private PrometheusMeterRegistry meters;

  public MetricsResource() {}

  /** 200 with Prometheus' text format, whatever the client accepts. */
  @GET
  public Response metrics() {
    return Response.ok(meters.scrape(), TYPE).build();
  }
}
