package dev.cloude.ejb.lease;

import dev.cloude.ejb.database.Turnstile;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.Ipv4Range;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives addresses away and takes them back, within the caller's transaction or in its own. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class IpLeases {
  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  @Inject private NetworkSettings settings;

  public IpLeases() {}

  /** For tests that bring their own persistence context. */
  public IpLeases(EntityManager em, NetworkSettings settings) {
    this.em = em;
    this.settings = settings;
  }

  /**
   * An address that nobody has; empty when all are taken. Others that ask wait until the caller's
   * transaction ends, so that no two are given the same.
   *
   * @param preferred of which the first that nobody has is taken; else any
   */
  public Optional<GuestAddress> free(List<GuestAddress> preferred) {
    Ipv4Range range = settings.range();
    Turnstile.enter(em, List.of(range.toString()));
    Set<String> taken =
        new HashSet<>(
            em.createQuery(
                    "select l.address from IpLease l where l.network = :network", String.class)
                .setParameter("network", range.toString())
                .getResultList());
    return preferred.stream()
        .filter(guest -> !taken.contains(guest.address().getHostAddress()))
        .findFirst()
        .or(() -> range.anyGuest(address -> !taken.contains(address.getHostAddress())));
  }

  /**
   * Takes an address.
   *
   * @throws jakarta.persistence.PersistenceException if somebody else has it
   */
  public Lease lease(GuestAddress guest, String jobId, String nodeId) {
    IpLease row =
        new IpLease(
            settings.range().toString(),
            guest.address().getHostAddress(),
            jobId,
            nodeId,
            Instant.now());
    em.persist(row);
    // A conflict must be seen here, where the claim can be undone, not by whoever commits.
    em.flush();
    return new Lease(row.id(), guest);
  }

  /** Gives an address back; nothing happens when that was done before. */
  public void release(String leaseId) {
    em.createQuery("delete from IpLease l where l.id = :id")
        .setParameter("id", leaseId)
        .executeUpdate();
  }

  /**
   * Gives all addresses of a node back, and those that belong to nobody; to be called when it is
   * certain that none of its guests runs.
   *
   * @return how many there were
   */
  public int releaseOf(String nodeId) {
    return em.createQuery("delete from IpLease l where l.nodeId = :node or l.nodeId is null")
        .setParameter("node", nodeId)
        .executeUpdate();
  }

  /** How many addresses a node has. */
  public long takenBy(String nodeId) {
    return em.createQuery("select count(l) from IpLease l where l.nodeId = :node", Long.class)
        .setParameter("node", nodeId)
        .getSingleResult();
  }

  /** For whom a node has its addresses: the ids that {@link #lease} was given, each for its own. */
  public List<String> holdersAt(String nodeId) {
    return em.createQuery("select l.jobId from IpLease l where l.nodeId = :node", String.class)
        .setParameter("node", nodeId)
        .getResultList();
  }

  /** How many addresses are taken. */
  public long taken() {
    return em.createQuery("select count(l) from IpLease l", Long.class).getSingleResult();
  }
}
