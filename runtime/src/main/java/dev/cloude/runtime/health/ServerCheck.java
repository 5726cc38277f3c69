package dev.cloude.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Whether the server should be left running. */
@Liveness
@ApplicationScoped
public class ServerCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.alive().toResponse();
  }
}
