package dev.cloude.api.v1;

/**
 * Data of a {@code state} event.
 *
 * @param state that the job has now
 * @param attempt 1 for the first
 */
public record StateEventBody(String state, int attempt) {}
