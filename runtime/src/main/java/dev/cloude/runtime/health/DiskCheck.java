package dev.cloude.runtime.health;

import dev.cloude.runtime.job.NodeStatus.Subject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether there is room where the server writes. */
@Readiness
@ApplicationScoped
public class DiskCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.reported(Subject.DISK).toResponse();
  }
}
