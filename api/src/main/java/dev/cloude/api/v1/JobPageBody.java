package dev.cloude.api.v1;

import java.util.List;

/**
 * Some jobs, the newest first.
 *
 * @param jobs of this page
 * @param nextCursor for the page after this one; null on the last one
 */
public record JobPageBody(List<JobBody> jobs, String nextCursor) {}
