package dev.cloude.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Whether all images have been built. */
@Startup
@ApplicationScoped
public class ImagesBuiltCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.imagesBuilt().toResponse();
  }
}
