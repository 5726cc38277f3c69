package dev.cloude.ejb.job;

import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.lease.Lease;
import dev.cloude.runtime.config.JobSettings.RestartPolicy;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.job.Execution;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Singleton;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** What nodes do with jobs: claim, advance, finish, give back. Each call is one transaction. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class JobQueue {
  /** Enough that a few lost races with other nodes do not send the claimer away empty-handed. */
  private static final int CANDIDATES = 16;

  /** Once in the queue again, and no more. */
  private static final int MOST_ATTEMPTS = 2;

  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  @EJB private IpLeases leases;
  @Inject private LimitSettings limits;

  public JobQueue() {}

  JobQueue(EntityManager em, IpLeases leases, LimitSettings limits) {
    this.em = em;
    this.leases = leases;
    this.limits = limits;
  }

  /**
   * Claims the job whose turn it is, together with an address for its guest where it needs one:
   * both or none. One for which no address is free lets those pass that need none.
   *
   * @param node that claims
   * @param needsAddress whether a guest that may reach this needs one
   * @param preferred addresses that such a guest should rather have than others
   * @return empty when no job waits, or no address is free for those that do
   */
  public Optional<Claim> claimNext(
      String node,
      Predicate<NetworkPolicy> needsAddress,
      Function<NetworkPolicy, List<GuestAddress>> preferred) {
    // Sorted by every column of the index: what waits behind the first few is not looked at.
    List<String> candidates =
        em.createQuery(
                "select j.id from Job j where j.state = :queued"
                    + " order by j.state, j.turn, j.createdAt, j.id",
                String.class)
            .setParameter("queued", JobState.QUEUED)
            .setMaxResults(CANDIDATES)
            .getResultList();
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    boolean asked = false;
    Optional<GuestAddress> address = Optional.empty();
    Instant now = Instant.now();
    for (String id : candidates) {
      NetworkPolicy policy = policy(id);
      boolean needed = needsAddress.test(policy);
      if (needed && !asked) {
        // Before any job's row is touched: others wait for it, too, and then for such rows.
        address = leases.free(preferred.apply(policy));
        asked = true;
      }
      if ((!needed || address.isPresent()) && new JobTransitions(em).claim(id, node, now)) {
        Optional<Lease> lease =
            needed ? address.map(free -> leases.lease(free, id, node)) : Optional.empty();
        return Optional.of(claim(id, now, lease));
      }
    }
    return Optional.empty();
  }

  private NetworkPolicy policy(String id) {
    JobInput input = em.find(JobInput.class, id);
    return Optional.ofNullable(input)
        .flatMap(JobInput::spec)
        .map(SpecDocument::network)
        .orElse(NetworkPolicy.NONE);
  }

  private Claim claim(String id, Instant now, Optional<Lease> lease) {
    Job job = em.find(Job.class, id);
    JobInput input = em.find(JobInput.class, id);
    Duration waited = Duration.between(job.createdAt(), now);
    return new Claim(
        id,
        job.attempt(),
        execution(job, input),
        input.expectedOutput(),
        waited.isNegative() ? Duration.ZERO : waited,
        lease);
  }

  private Execution execution(Job job, JobInput input) {
    String name = job.id() + "/" + job.attempt();
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    SpecDocument spec =
        input
            .spec()
            .orElseGet(
                () ->
                    new SpecDocument(
                        List.of(),
                        Map.of(),
                        List.of(),
                        LimitsDocument.of(limits.defaults()),
                        NetworkPolicy.NONE,
                        limits.vcpus()));
    return new Execution(
        id,
        job.language(),
        input.files(),
        input.stdin(),
        spec.args(),
        spec.env(),
        spec.compilerFlags(),
        spec.limits().limits(),
        spec.network(),
        spec.vcpus());
  }

  /**
   * An attempt comes to a further state.
   *
   * @return false, and nothing changes, when this attempt does not run any more
   */
  public boolean advance(String jobId, int attempt, JobState state) {
    return new JobTransitions(em).advance(jobId, attempt, state);
  }

  /**
   * Stores how an attempt ended.
   *
   * @return as {@link #advance}
   */
  public boolean finish(String jobId, int attempt, JobResult result) {
    return new JobTransitions(em).finish(jobId, attempt, false, result, Instant.now());
  }

  /**
   * Gives a job back that its node cannot run to its end.
   *
   * @return as {@link #advance}
   */
  public boolean requeue(String jobId, int attempt) {
    return new JobTransitions(em).requeue(jobId, attempt);
  }

  /** Adds to a stored result how long it took until nothing of its VM was left. */
  public void tornDown(String jobId, Duration after) {
    StoredResult result = em.find(StoredResult.class, jobId);
    if (result != null) {
      result.tornDown(after);
    }
  }

  /**
   * What became of the jobs of a node that ended.
   *
   * @param requeued wait again; their ids
   * @param finished ended with the sentence, or were to be cancelled; their ids
   */
  public record Reaped(List<String> requeued, List<String> finished) {}

  /**
   * Takes the jobs from a node that does not run them any more, and those that belong to nobody.
   *
   * @param reason one sentence for clients whose job fails
   */
  public Reaped reap(String node, RestartPolicy policy, String reason) {
    List<Job> held =
        em.createQuery(
                "select j from Job j where j.state in :active"
                    + " and (j.nodeId = :node or j.nodeId is null)",
                Job.class)
            .setParameter("active", JobState.active())
            .setParameter("node", node)
            .getResultList();
    return new JobReaper(em).reap(held, policy, reason);
  }

  /**
   * Takes jobs from this node that it holds, though it does not run them.
   *
   * @param ids of the jobs; those that the node does not hold any more are left alone
   * @param reason as {@link #reap(String, RestartPolicy, String)}
   */
  public Reaped giveUp(String node, Collection<String> ids, RestartPolicy policy, String reason) {
    List<Job> held =
        em.createQuery(
                "select j from Job j where j.id in :ids and j.nodeId = :node"
                    + " and j.state in :active",
                Job.class)
            .setParameter("ids", ids)
            .setParameter("node", node)
            .setParameter("active", JobState.active())
            .getResultList();
    return new JobReaper(em).reap(held, policy, reason);
  }

  /** Whether a job whose attempt was cut short by its node's end waits again. */
  public static boolean mayRunAgain(RestartPolicy policy, int attempt) {
    return policy == RestartPolicy.REQUEUE && attempt < MOST_ATTEMPTS;
  }

  /** Jobs that a node holds and that a client wants to end. */
  public List<String> toBeCancelled(String node) {
    return em.createQuery(
            "select j.id from Job j where j.nodeId = :node and j.state in :active"
                + " and j.cancelRequested = true",
            String.class)
        .setParameter("node", node)
        .setParameter("active", JobState.active())
        .getResultList();
  }

  /** Which of these jobs are finished or gone. */
  public List<String> endedAmong(Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<String> going =
        em.createQuery(
                "select j.id from Job j where j.id in :ids and j.state <> :end", String.class)
            .setParameter("ids", ids)
            .setParameter("end", JobState.FINISHED)
            .getResultList();
    return ids.stream().filter(id -> !going.contains(id)).toList();
  }

  /** How many jobs wait. */
  public long queued() {
    return em.createQuery("select count(j) from Job j where j.state = :queued", Long.class)
        .setParameter("queued", JobState.QUEUED)
        .getSingleResult();
  }

  /** The jobs that a node holds. */
  public List<String> heldBy(String node) {
    return em.createQuery(
            "select j.id from Job j where j.nodeId = :node and j.state in :active", String.class)
        .setParameter("node", node)
        .setParameter("active", JobState.active())
        .getResultList();
  }
}
