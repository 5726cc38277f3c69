package dev.cloude.vmm;

/**
 * What a guest's entropy device has given.
 *
 * @param requests answered
 * @param bytes random bytes given
 * @param malformed times the guest's driver broke a rule
 */
public record Entropy(long requests, long bytes, long malformed) {}
