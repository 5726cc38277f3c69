package dev.cloude.api.v1;

import java.util.List;

/**
 * Answer to a batch.
 *
 * @param jobs in the order in which they were sent
 */
public record BatchAcceptedBody(List<AcceptedBody> jobs) {}
