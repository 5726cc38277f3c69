package dev.cloude.runtime.job;

import java.util.Objects;
import java.util.UUID;

/**
 * What to run. The id names the execution for the agent, which runs an id at most once.
 *
 * @param id unique for this attempt
 * @param language name of a language in the catalogue (not an alias)
 * @param source the program's bytes, as the client sent them
 */
public record Execution(UUID id, String language, byte[] source) {
  public Execution {
    Objects.requireNonNull(id);
    Objects.requireNonNull(language);
    Objects.requireNonNull(source);
  }
}
