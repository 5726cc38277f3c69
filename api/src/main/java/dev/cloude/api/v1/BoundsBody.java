package dev.cloude.api.v1;

/**
 * Limits of a node.
 *
 * @param limits of time, memory and so on
 * @param vcpus processors
 * @param network policy
 */
public record BoundsBody(LimitsBody limits, int vcpus, String network) {}
