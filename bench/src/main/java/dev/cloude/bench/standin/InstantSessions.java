package dev.cloude.bench.standin;

import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.interceptor.Interceptor;
import java.util.Optional;

/**
 * Stands in for VMs: every program answers at once, but one whose source is the name of a file,
 * which runs for as long as there is that file.
 */
@Alternative
@Priority(Interceptor.Priority.APPLICATION)
@ApplicationScoped
public class InstantSessions implements GuestSessions {

  @Override
  public void prepare() {}

  @Override
  public GuestSession open(Execution execution, Optional<GuestAddress> address) {
    return new InstantSession(execution);
  }
}
