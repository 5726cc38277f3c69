package dev.cloude.ejb.database;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Lets one transaction at a time through, on all nodes, to what a name stands for. Whoever looks
 * and then inserts within it meets no conflict, which would end its transaction and be an error in
 * the logs of the provider and of the database. Several names may have one row.
 */
@Entity
@Table(name = "turnstile")
public class Turnstile {
  /** Rows of the table. */
  private static final int ROWS = 32;

  @Id
  @Column(name = "id")
  private int id;

  protected Turnstile() {}

  /** Waits until nobody else is there with one of the names; until the transaction's end. */
  public static void enter(EntityManager em, Collection<String> names) {
    // In one order, so that no two wait for each other.
    TreeSet<Integer> rows = new TreeSet<>();
    names.forEach(name -> rows.add(Math.floorMod(name.hashCode(), ROWS)));
    rows.forEach(row -> em.find(Turnstile.class, row, LockModeType.PESSIMISTIC_WRITE));
  }
}
