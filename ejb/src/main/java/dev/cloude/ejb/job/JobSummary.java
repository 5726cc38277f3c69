package dev.cloude.ejb.job;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A job without what it read and wrote.
 *
 * @param id the job's UUID
 * @param language name in the catalogue
 * @param version as requested
 * @param state now
 * @param verdict present when it is finished
 * @param attempt how often it was claimed; 2 or more says that it was run again
 * @param labels as submitted
 * @param createdAt when it was accepted
 * @param startedAt when it was last claimed; absent while it waits for the first time
 * @param finishedAt absent until it ends
 */
public record JobSummary(
    String id,
    String language,
    Optional<String> version,
    JobState state,
    Optional<Verdict> verdict,
    int attempt,
    Map<String, String> labels,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {}
