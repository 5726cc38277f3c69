/**
 * Jobs: their states, rows and transactions. Every change of a job goes through {@link
 * dev.cloude.ejb.job.JobState}. Runs nothing itself; uses {@code lease} and {@code database}.
 */
package dev.cloude.ejb.job;
