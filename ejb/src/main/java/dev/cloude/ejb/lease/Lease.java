package dev.cloude.ejb.lease;

import dev.cloude.runtime.job.GuestAddress;

/**
 * An address that belongs to one guest until it is released.
 *
 * @param id of the lease, not of the job
 * @param address with its gateway and prefix
 */
public record Lease(String id, GuestAddress address) {}
