package dev.cloude.ejb.job;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds jobs, the newest first. A cursor names the last job of a page. */
final class JobSearch {
  private final EntityManager em;

  JobSearch(EntityManager em) {
    this.em = em;
  }

  JobPage page(JobFilter filter, Optional<JobCursor> cursor, int limit) {
    List<String> conditions = new ArrayList<>();
    Map<String, Object> values = new HashMap<>();
    restrict(filter, conditions, values);
    if (cursor.isPresent()) {
      conditions.add("(j.createdAt < :last or j.createdAt = :last and j.id < :lastId)");
      values.put("last", cursor.get().createdAt());
      values.put("lastId", cursor.get().id());
    }
    String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    TypedQuery<Job> query =
        em.createQuery(
            "select j from Job j" + where + " order by j.createdAt desc, j.id desc", Job.class);
    values.forEach(query::setParameter);
    // One more than wanted tells whether there is another page.
    List<Job> jobs = query.setMaxResults(limit + 1).getResultList();
    boolean more = jobs.size() > limit;
    List<Job> shown = more ? jobs.subList(0, limit) : jobs;
    return new JobPage(
        shown.stream().map(Job::summary).toList(),
        more ? Optional.of(cursorOf(shown.get(limit - 1))) : Optional.empty());
  }

  private static String cursorOf(Job job) {
    return new JobCursor(job.createdAt(), job.id()).toString();
  }

  private static void restrict(
      JobFilter filter, List<String> conditions, Map<String, Object> values) {
    if (!filter.states().isEmpty()) {
      conditions.add("j.state in :states");
      values.put("states", filter.states());
    }
    filter
        .language()
        .ifPresent(
            language -> {
              conditions.add("j.language = :language");
              values.put("language", language);
            });
    filter
        .createdAfter()
        .ifPresent(
            moment -> {
              conditions.add("j.createdAt > :after");
              values.put("after", moment);
            });
    filter
        .createdBefore()
        .ifPresent(
            moment -> {
              conditions.add("j.createdAt < :before");
              values.put("before", moment);
            });
    int number = 0;
    for (Map.Entry<String, String> label : filter.labels().entrySet()) {
      String name = "name" + number;
      String value = "value" + number;
      number++;
      conditions.add(
          ("exists (select l.value from JobLabel l"
                  + " where l.jobId = j.id and l.name = :%s and l.value = :%s)")
              .formatted(name, value));
      values.put(name, label.getKey());
      values.put(value, label.getValue());
    }
  }
}
