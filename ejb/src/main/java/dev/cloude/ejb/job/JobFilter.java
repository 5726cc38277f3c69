package dev.cloude.ejb.job;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs a client wants to see; what is empty does not restrict.
 *
 * @param states any of these
 * @param language name in the catalogue
 * @param labels all of these
 * @param createdAfter not at this moment itself
 * @param createdBefore not at this moment itself
 */
public record JobFilter(
    Set<JobState> states,
    Optional<String> language,
    Map<String, String> labels,
    Optional<Instant> createdAfter,
    Optional<Instant> createdBefore) {

  /** Every job. */
  public static final JobFilter ALL =
      new JobFilter(Set.of(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
}
