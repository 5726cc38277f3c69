package dev.cloude.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether any language can run, and which cannot. */
@Readiness
@ApplicationScoped
public class ImagesCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.images().toResponse();
  }
}
