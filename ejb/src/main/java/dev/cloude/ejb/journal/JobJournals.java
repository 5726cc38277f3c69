package dev.cloude.ejb.journal;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The journals of the jobs that run on this node, and those who wait for news of a job, wherever it
 * runs. Thread-safe. Who waits is called by whoever brings the news, and must return at once.
 */
@ApplicationScoped
public class JobJournals {

  /** Wants to know when something may have happened to a job. */
  public interface Waiter {
    /**
     * There may be news.
     *
     * @param ended whether the job is finished or gone; there may be nothing else to say
     */
    void news(boolean ended);

    /** Whether it wants to hear of anything but the end. */
    boolean wantsAll();
  }

  private final Map<String, JobJournal> journals = new ConcurrentHashMap<>();
  private final Map<String, Set<Waiter>> waiters = new ConcurrentHashMap<>();

  /** An attempt begins here. */
  public JobJournal open(String jobId, int attempt) {
    JobJournal journal = new JobJournal(attempt);
    journals.put(jobId, journal);
    changed(jobId);
    return journal;
  }

  /** The journal of a job that runs here. */
  public Optional<JobJournal> find(String jobId) {
    return Optional.ofNullable(journals.get(jobId));
  }

  /** An attempt is over, and its row says how. */
  public void close(String jobId, boolean ended) {
    journals.remove(jobId);
    tell(jobId, ended);
  }

  /** Something was added to a journal. */
  public void changed(String jobId) {
    tell(jobId, false);
  }

  /** Jobs are finished or gone that were not ended here. */
  public void ended(List<String> jobIds) {
    jobIds.forEach(id -> tell(id, true));
  }

  /** Adds a waiter; it must look for itself what has happened before. */
  public void add(String jobId, Waiter waiter) {
    waiters.compute(
        jobId,
        (id, known) -> {
          Set<Waiter> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(waiter);
          return all;
        });
  }

  /** Takes a waiter away; it may be called once more. */
  public void remove(String jobId, Waiter waiter) {
    waiters.computeIfPresent(
        jobId,
        (id, known) -> {
          known.remove(waiter);
          return known.isEmpty() ? null : known;
        });
  }

  /** Jobs that somebody waits for and that do not run here: only their rows can bring news. */
  public List<String> awaitedElsewhere() {
    return waiters.keySet().stream().filter(id -> !journals.containsKey(id)).toList();
  }

  /** How many jobs are waited for. */
  public int awaited() {
    return waiters.size();
  }

  private void tell(String jobId, boolean ended) {
    Set<Waiter> all = waiters.get(jobId);
    if (all != null) {
      for (Waiter waiter : all) {
        if (ended || waiter.wantsAll()) {
          waiter.news(ended);
        }
      }
    }
  }
}
