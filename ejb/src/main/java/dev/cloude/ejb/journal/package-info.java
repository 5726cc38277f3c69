/**
 * What this node knows about jobs beyond their rows: what those that run here have written so far,
 * and who waits for news of which job. In memory only; uses {@code job}.
 */
package dev.cloude.ejb.journal;
