package dev.cloude.ejb.job;

import dev.cloude.runtime.job.NetworkPolicy;
import java.time.Instant;
import java.util.Map;

/**
 * A node, now.
 *
 * @param id stays the same when the server starts again
 * @param startedAt of this life
 * @param accepting whether it claims jobs; false while it stops
 * @param maxVms VMs at the same time
 * @param freeVms that could be made now
 * @param queued jobs that wait, on all nodes, as counted some seconds ago
 * @param queueLimit most jobs that may wait
 * @param vms how many VMs are in each state ({@code booting}, …)
 * @param leases addresses taken by this node's VMs
 * @param versions by part: {@code cloude}, {@code driver}, {@code kernel}, {@code java}
 * @param defaults what a job gets that asks for nothing
 * @param ceilings most that a job may ask for
 */
public record NodeView(
    String id,
    Instant startedAt,
    boolean accepting,
    int maxVms,
    int freeVms,
    long queued,
    int queueLimit,
    Map<String, Integer> vms,
    long leases,
    Map<String, String> versions,
    Bounds defaults,
    Bounds ceilings) {

  /**
   * Limits of a node.
   *
   * @param limits as a client would ask for them; empty where nothing is enforced
   * @param vcpus processors
   * @param network policy
   */
  public record Bounds(LimitRequest limits, int vcpus, NetworkPolicy network) {}
}
