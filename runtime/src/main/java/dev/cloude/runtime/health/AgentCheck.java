package dev.cloude.runtime.health;

import dev.cloude.runtime.job.NodeStatus.Subject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether VMs come up: the last one's agent answered. */
@Readiness
@ApplicationScoped
public class AgentCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.reported(Subject.AGENT).toResponse();
  }
}
