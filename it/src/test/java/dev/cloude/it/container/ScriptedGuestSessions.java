package dev.cloude.it.container;

import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.GuestSessions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.interceptor.Interceptor;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Stands in for VMs in tests of the server itself. The program's first line says what happens:
 * {@code hang} runs until the session is closed, {@code exit N} ends with N, {@code platform}
 * fails; {@code record NAME MILLIS} notes the name and the execution in the file that {@code
 * SCRIPT_RECORD} names and runs for that long; anything else ends with 0. Standard output is the
 * program, standard error its input. There is no image of C.
 */
@Alternative
@Priority(Interceptor.Priority.APPLICATION)
@ApplicationScoped
public class ScriptedGuestSessions implements GuestSessions {
  /** The setting that names the file of {@code record}. */
  static final String RECORD = "SCRIPT_RECORD";

  @Override
  public void prepare() {}

  @Override
  public boolean isReady(String language) {
    return !language.equals("c");
  }

  @Override
  public GuestSession open(Execution execution, Optional<GuestAddress> address) {
    return new ScriptedSession(execution, Optional.ofNullable(System.getenv(RECORD)).map(Path::of));
  }
}
