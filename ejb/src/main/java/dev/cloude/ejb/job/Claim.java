package dev.cloude.ejb.job;

import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.job.Execution;

/**
 * The right, and the duty, to run one attempt of a job: it must be finished or failed, and the
 * lease released, on every path.
 *
 * @param jobId the job's UUID
 * @param attempt 1 for the first
 * @param execution what to run
 * @param lease the guest's address
 */
public record Claim(String jobId, int attempt, Execution execution, Lease lease) {}
