package dev.cloude.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Whether an image has been built; the others are added when they are done. */
@Startup
@ApplicationScoped
public class ImagesBuiltCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.imagesBuilt().toResponse();
  }
}
