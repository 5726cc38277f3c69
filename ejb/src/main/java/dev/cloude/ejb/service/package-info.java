/**
 * Answers clients: {@link dev.cloude.ejb.job.JobService} on this node. Uses the rows of {@code
 * job}, and what is known here about jobs that run. Runs nothing itself.
 */
package dev.cloude.ejb.service;
