package dev.cloude.ejb.job;

import java.util.Objects;

/**
 * A job to be stored; already validated.
 *
 * @param language name of a language in the catalogue (not an alias)
 * @param source the program, byte for byte
 * @param stdin its standard input; empty for none
 */
public record NewJob(String language, byte[] source, byte[] stdin) {
  public NewJob {
    Objects.requireNonNull(language);
    Objects.requireNonNull(source);
    Objects.requireNonNull(stdin);
  }
}
