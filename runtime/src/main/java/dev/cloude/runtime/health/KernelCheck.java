package dev.cloude.runtime.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether the kernel for guests is there. */
@Readiness
@ApplicationScoped
public class KernelCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.kernel().toResponse();
  }
}
