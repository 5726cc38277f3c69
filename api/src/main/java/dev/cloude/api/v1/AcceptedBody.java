package dev.cloude.api.v1;

/**
 * A job was stored and will run.
 *
 * @param id the job's UUID
 * @param links where to look
 */
public record AcceptedBody(String id, LinksBody links) {}
