/**
 * The servers that share a database: who they are, who of them lives, and who of them is gone.
 * Knows no jobs; uses {@code database}.
 */
package dev.cloude.ejb.node;
