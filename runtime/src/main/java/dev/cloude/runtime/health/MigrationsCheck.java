package dev.cloude.runtime.health;

import dev.cloude.runtime.job.NodeStatus.Subject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Whether the database has this version's tables. */
@Startup
@ApplicationScoped
public class MigrationsCheck implements HealthCheck {
  @Inject private NodeFindings node;

  @Override
  public HealthCheckResponse call() {
    return node.reported(Subject.MIGRATIONS).toResponse();
  }
}
