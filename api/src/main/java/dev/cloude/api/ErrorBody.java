package dev.cloude.api;

/**
 * Body of every error answer on the original endpoints.
 *
 * @param error one sentence for the client's author
 */
public record ErrorBody(String error) {}
