package dev.cloude.ejb.node;

/**
 * A node as another one sees it.
 *
 * @param id stays the same when it starts again
 * @param life another one after each start
 * @param beat grows while it lives
 */
public record Peer(String id, String life, long beat) {}
