package dev.cloude.ejb.job;

import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.job.Execution;
import java.time.Duration;
import java.util.Optional;

/**
 * The right, and the duty, to run one attempt of a job: it must be finished or given back, and the
 * lease, if any, released, on every path.
 *
 * @param jobId the job's UUID
 * @param attempt 1 for the first
 * @param execution what to run
 * @param expectedOutput what its output is compared with, if anything
 * @param waited since the submission
 * @param lease the guest's address, if it needs one
 */
public record Claim(
    String jobId,
    int attempt,
    Execution execution,
    Optional<byte[]> expectedOutput,
    Duration waited,
    Optional<Lease> lease) {}
