package dev.cloude.api;

/**
 * Answer to {@code POST /run}.
 *
 * @param id the job's UUID
 */
public record JobCreated(String id) {}
