package dev.cloude.web;

import dev.cloude.web.guide.GuideResource;
import dev.cloude.web.http.AcceptFilter;
import dev.cloude.web.http.ApiBodyFilter;
import dev.cloude.web.metric.MetricsResource;
import dev.cloude.web.problem.AnyProblemMapper;
import dev.cloude.web.problem.ProblemExceptionMapper;
import dev.cloude.web.problem.WebProblemMapper;
import dev.cloude.web.v1.BatchResource;
import dev.cloude.web.v1.JobsResource;
import dev.cloude.web.v1.NodeResource;
import dev.cloude.web.v1.OneJobResource;
import dev.cloude.web.v1.OutputResource;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/**
 * The native API: an application of its own, because its errors and bodies are not the original's.
 */
@ApplicationPath("/api")
public class ApiApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(
        JobsResource.class,
        BatchResource.class,
        OneJobResource.class,
        OutputResource.class,
        NodeResource.class,
        MetricsResource.class,
        GuideResource.class,
        AcceptFilter.class,
        ApiBodyFilter.class,
        ProblemExceptionMapper.class,
        WebProblemMapper.class,
        AnyProblemMapper.class);
  }

  /** As for the original endpoints. */
  @Override
  public Map<String, Object> getProperties() {
    return new CloudeApplication().getProperties();
  }
}
