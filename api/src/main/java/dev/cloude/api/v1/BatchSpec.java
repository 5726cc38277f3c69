package dev.cloude.api.v1;

import java.util.List;

/**
 * Body of {@code POST /api/v1/jobs/batch}: all of the jobs are accepted, or none.
 *
 * @param jobs 1 to 100
 */
public record BatchSpec(List<JobSpec> jobs) {}
