package dev.cloude.ejb.job;

import dev.cloude.runtime.job.ExecutionResult;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a job at one moment.
 *
 * @param id the job's UUID
 * @param result present when the job is {@link JobState#DONE}
 * @param failure why the platform failed; present when it is {@link JobState#ERROR}
 * @param startedAt when it was claimed; absent while it waits
 * @param finishedAt absent until it ends
 */
public record JobView(
    String id,
    JobState state,
    Optional<ExecutionResult> result,
    Optional<String> failure,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {}
