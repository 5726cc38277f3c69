package dev.cloude.ejb.job;

import jakarta.persistence.EntityManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives jobs their turns, so that claims in the order of turns serve the clients one after another:
 * a client's next job comes one turn after its last one that waits, and not before the jobs that
 * are due now. Two questions to indices for each client, however many jobs wait. Concurrent
 * submissions may get the same turn, which only means that the older one goes first.
 */
final class Turns {
  private final EntityManager em;
  private final Map<String, Long> last = new HashMap<>();

  Turns(EntityManager em) {
    this.em = em;
  }

  long next(String client) {
    Long known = last.get(client);
    long turn = known == null ? Math.max(afterClients(client), due()) : known + 1;
    last.put(client, turn);
    return turn;
  }

  /** All are sorted by every column of the index, so that the first row is all that is read. */
  private long afterClients(String client) {
    List<Long> highest =
        em.createQuery(
                "select j.turn from Job j where j.client = :client and j.state = :queued"
                    + " order by j.client desc, j.state desc, j.turn desc",
                Long.class)
            .setParameter("client", client)
            .setParameter("queued", JobState.QUEUED)
            .setMaxResults(1)
            .getResultList();
    return highest.isEmpty() ? 0 : highest.get(0) + 1;
  }

  private long due() {
    List<Long> lowest =
        em.createQuery(
                "select j.turn from Job j where j.state = :queued"
                    + " order by j.state, j.turn, j.createdAt, j.id",
                Long.class)
            .setParameter("queued", JobState.QUEUED)
            .setMaxResults(1)
            .getResultList();
    return lowest.isEmpty() ? 0 : lowest.get(0);
  }
}
