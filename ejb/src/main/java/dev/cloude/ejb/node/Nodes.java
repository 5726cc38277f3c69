package dev.cloude.ejb.node;

import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;

/** The rows of nodes. Each call is one transaction. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class Nodes {
  @PersistenceContext(unitName = "cloude")
  private EntityManager em;

  public Nodes() {}

  /** For tests that bring their own persistence context. */
  public Nodes(EntityManager em) {
    this.em = em;
  }

  /** Begins a life. An earlier one of the same node, should it still go on, will notice. */
  public void begin(String id, String life) {
    em.createQuery("delete from NodeRow n where n.id = :id").setParameter("id", id).executeUpdate();
    em.persist(new NodeRow(id, life, Instant.now()));
  }

  /**
   * Shows that a life goes on.
   *
   * @return false when it does not: the node was taken for dead, or has begun another life
   */
  public boolean beat(String id, String life) {
    return em.createQuery(
                "update NodeRow n set n.beat = n.beat + 1 where n.id = :id and n.life = :life")
            .setParameter("id", id)
            .setParameter("life", life)
            .executeUpdate()
        == 1;
  }

  /** Every node that nobody found dead. */
  public List<Peer> all() {
    return em.createQuery("select n from NodeRow n", NodeRow.class)
        .getResultStream()
        .map(NodeRow::peer)
        .toList();
  }

  /**
   * Removes a node that shows no sign of life.
   *
   * @return false when it has shown one, or somebody else removed it
   */
  public boolean remove(Peer peer) {
    return em.createQuery(
                "delete from NodeRow n" + " where n.id = :id and n.life = :life and n.beat = :beat")
            .setParameter("id", peer.id())
            .setParameter("life", peer.life())
            .setParameter("beat", peer.beat())
            .executeUpdate()
        == 1;
  }

  /** Ends a life in order. */
  public void end(String id, String life) {
    em.createQuery("delete from NodeRow n where n.id = :id and n.life = :life")
        .setParameter("id", id)
        .setParameter("life", life)
        .executeUpdate();
  }
}
