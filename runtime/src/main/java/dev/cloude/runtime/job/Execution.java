package dev.cloude.runtime.job;

import java.util.Objects;
import java.util.UUID;

/**
 * What to run. The id names the execution for the agent, which runs an id at most once.
 *
 * @param id unique for this attempt
 * @param language name of a language in the catalogue (not an alias)
 * @param source the program's bytes, as the client sent them
 * @param stdin the program's standard input; empty when it has none
 */
public record Execution(UUID id, String language, byte[] source, byte[] stdin) {
  private static final byte[] NO_INPUT = {};

  public Execution {
    Objects.requireNonNull(id);
    Objects.requireNonNull(language);
    Objects.requireNonNull(source);
    Objects.requireNonNull(stdin);
  }

  /** An execution without standard input. */
  public Execution(UUID id, String language, byte[] source) {
    this(id, language, source, NO_INPUT);
  }
}
