package dev.cloude.it.container;

import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.interceptor.Interceptor;

/**
 * Stands in for VMs in tests of the server itself. The program's first line says what happens:
 * {@code hang} runs until the session is closed, {@code exit N} ends with N, {@code platform}
 * fails; anything else ends with 0. Standard output is the program, standard error its input.
 */
@Alternative
@Priority(Interceptor.Priority.APPLICATION)
@ApplicationScoped
public class ScriptedGuestSessions implements GuestSessions {

  @Override
  public void prepare() {}

  @Override
  public GuestSession open(Execution execution, GuestAddress address) {
    return new ScriptedSession(execution);
  }
}
