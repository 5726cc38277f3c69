package dev.cloude.runtime.job;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Facts about this node, pushed by whoever knows them and read by the health checks, which live in
 * another archive than the database and the dispatcher.
 */
@ApplicationScoped
public class NodeStatus {

  /** What is known about the node, with the time after which a report counts as stale. */
  public enum Subject {
    DATABASE(Duration.ofSeconds(30)),
    DISPATCHER(Duration.ofSeconds(30)),
    MIGRATIONS(null);

    private final Duration freshFor;

    Subject(Duration freshFor) {
      this.freshFor = freshFor;
    }

    /** How long a report holds; empty when it holds for the server's life. */
    public Optional<Duration> freshFor() {
      return Optional.ofNullable(freshFor);
    }
  }

  /**
   * One report.
   *
   * @param up whether the subject works
   * @param detail one sentence
   * @param at when it was found out
   */
  public record Fact(boolean up, String detail, Instant at) {}

  private final ConcurrentMap<Subject, Fact> facts = new ConcurrentHashMap<>();

  /** Replaces what is known about a subject. */
  public void report(Subject subject, boolean up, String detail) {
    facts.put(subject, new Fact(up, detail, Instant.now()));
  }

  /** The last report; one that has gone stale comes back as not up. */
  public Fact fact(Subject subject) {
    Fact fact = facts.get(subject);
    if (fact == null) {
      return new Fact(false, "nothing was reported about " + subject + " yet", Instant.EPOCH);
    }
    Duration freshFor = subject.freshFor;
    if (freshFor != null && fact.at().plus(freshFor).isBefore(Instant.now())) {
      return new Fact(false, "the last report about " + subject + " is stale", fact.at());
    }
    return fact;
  }
}
