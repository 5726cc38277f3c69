package dev.cloude.api.v1;

import java.util.Map;

/**
 * Answer to {@code GET /api/v1/node}.
 *
 * @param id stays the same when the server starts again
 * @param startedAt of this life; UTC, RFC 3339
 * @param accepting whether it claims jobs
 * @param maxVms VMs at the same time
 * @param freeVms that could be made now
 * @param queued jobs that wait, on all nodes
 * @param queueLimit most jobs that may wait
 * @param vms how many VMs are in each state
 * @param leases addresses taken by this node's VMs
 * @param versions by part
 * @param defaults what a job gets that asks for nothing
 * @param ceilings most that a job may ask for
 */
public record NodeBody(
    String id,
    String startedAt,
    boolean accepting,
    int maxVms,
    int freeVms,
    long queued,
    int queueLimit,
    Map<String, Integer> vms,
    long leases,
    Map<String, String> versions,
    BoundsBody defaults,
    BoundsBody ceilings) {}
