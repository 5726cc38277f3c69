package dev.cloude.ejb.job;

import java.util.List;
import java.util.Optional;

/**
 * Some jobs, the newest first.
 *
 * @param jobs at most as many as were asked for
 * @param next cursor of the page after this one; absent on the last one
 */
public record JobPage(List<JobSummary> jobs, Optional<String> next) {}
