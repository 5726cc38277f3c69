package dev.cloude.ejb.job;

/**
 * A job was stored. Observers that look for it in the database must wait for the commit.
 *
 * @param id the job's UUID
 */
public record JobSubmitted(String id) {}
