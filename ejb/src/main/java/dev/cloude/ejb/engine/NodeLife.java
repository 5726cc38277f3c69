package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.JobQueue;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.node.Nodes;
import dev.cloude.ejb.node.Peer;
import dev.cloude.ejb.node.PeerWatch;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.metrics.JobMetrics;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * This node among those that share the database: shows that it lives, and takes over what dead ones
 * held. Only what belongs to a dead node, or to an earlier life of this one, is touched. Used by
 * one thread at a time.
 */
final class NodeLife {
  private static final System.Logger LOG = System.getLogger(NodeLife.class.getName());
  static final String RESTARTED = "The server restarted while the job ran.";
  static final String DIED = "The server that ran the job died.";

  private final String id;
  private final String life;
  private final Nodes nodes;
  private final JobQueue queue;
  private final IpLeases leases;
  private final PeerWatch watch;
  private final RestartPolicy policy;
  private final JobJournals journals;
  private final JobMetrics metrics;
  private final Runnable lost;

  /**
   * @param lost called when this node was taken for dead: what it runs does not count any more
   */
  NodeLife(
      String id,
      String life,
      Nodes nodes,
      JobQueue queue,
      IpLeases leases,
      PeerWatch watch,
      RestartPolicy policy,
      JobJournals journals,
      JobMetrics metrics,
      Runnable lost) {
    this.id = id;
    this.life = life;
    this.nodes = nodes;
    this.queue = queue;
    this.leases = leases;
    this.watch = watch;
    this.policy = policy;
    this.journals = journals;
    this.metrics = metrics;
    this.lost = lost;
  }

  /** Nothing of an earlier life of this server can still run: its VMs died with it, or will. */
  void begin() {
    nodes.begin(id, life);
    reap(id, RESTARTED);
  }

  /**
   * Shows that this node lives, and looks at the others.
   *
   * @return false when another server has taken this node's id: this one must not claim any more
   */
  boolean beat() {
    if (!nodes.beat(id, life)) {
      List<Peer> all = nodes.all();
      lost.run();
      if (all.stream().anyMatch(peer -> peer.id().equals(id))) {
        LOG.log(
            Level.ERROR,
            "Another server has started as node {0}; this one claims no more jobs. Give each its"
                + " own NODE_ID.",
            id);
        return false;
      }
      LOG.log(Level.WARNING, "Node {0} was taken for dead by another; it begins a new life.", id);
      nodes.begin(id, life);
    }
    for (Peer dead : watch.dead(nodes.all())) {
      if (nodes.remove(dead)) {
        LOG.log(Level.WARNING, "Node {0} is dead; what it held is taken over", dead.id());
        reap(dead.id(), DIED);
      }
    }
    return true;
  }

  private void reap(String node, String reason) {
    JobQueue.Reaped jobs = queue.reap(node, policy, reason);
    int addresses = leases.releaseOf(node);
    metrics.requeued(jobs.requeued().size());
    jobs.requeued()
        .forEach(job -> LOG.log(Level.WARNING, "job {0}: queued again: {1}", job, reason));
    jobs.finished().forEach(job -> LOG.log(Level.WARNING, "job {0}: finished: {1}", job, reason));
    journals.ended(jobs.finished());
    if (jobs.requeued().size() + jobs.finished().size() + addresses > 0) {
      LOG.log(
          Level.WARNING,
          "Of node {0}: {1} jobs wait again, {2} are finished, {3} addresses were freed",
          node,
          jobs.requeued().size(),
          jobs.finished().size(),
          addresses);
    }
  }

  /** Leaves in order; nothing of this node may be left. */
  void end() {
    nodes.end(id, life);
  }
}
