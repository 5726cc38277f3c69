package dev.cloude.ejb.lease;

import dev.cloude.runtime.job.GuestAddress;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Gives addresses away and takes them back, within the caller's transaction or in its own. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class IpLeases {
  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  @Inject private GuestNetwork network;

  public IpLeases() {}

  /** For tests that bring their own persistence context. */
  public IpLeases(EntityManager em, GuestNetwork network) {
    this.em = em;
    this.network = network;
  }

  /** The lowest address that nobody has; empty when all are taken. */
  public Optional<Inet4Address> free() {
    Set<String> taken =
        new HashSet<>(
            em.createQuery(
                    "select l.address from IpLease l where l.network = :network", String.class)
                .setParameter("network", network.name())
                .getResultList());
    return network
        .guests()
        .filter(address -> !taken.contains(address.getHostAddress()))
        .findFirst();
  }

  /**
   * Takes an address.
   *
   * @throws jakarta.persistence.PersistenceException if somebody else has it
   */
  public Lease lease(Inet4Address address, String jobId) {
    IpLease row = new IpLease(network.name(), address.getHostAddress(), jobId, Instant.now());
    em.persist(row);
    // A conflict must be seen here, where the claim can be undone, not by whoever commits.
    em.flush();
    return new Lease(
        row.id(), new GuestAddress(address, network.gateway(), network.prefixLength()));
  }

  /** Gives an address back; nothing happens when that was done before. */
  public void release(String leaseId) {
    em.createQuery("delete from IpLease l where l.id = :id")
        .setParameter("id", leaseId)
        .executeUpdate();
  }

  /**
   * Gives all addresses back; to be called when it is certain that no guest runs.
   *
   * @return how many there were
   */
  public int releaseAll() {
    return em.createQuery("delete from IpLease l").executeUpdate();
  }

  /** How many addresses are taken. */
  public long taken() {
    return em.createQuery("select count(l) from IpLease l", Long.class).getSingleResult();
  }
}
