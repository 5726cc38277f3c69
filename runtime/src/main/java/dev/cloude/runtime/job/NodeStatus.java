package dev.cloude.runtime.job;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
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
    AGENT(Duration.ofSeconds(30)),
    DISK(Duration.ofSeconds(30)),
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
   * @param since when the first report in a row said the same of {@code up}
   */
  public record Fact(boolean up, String detail, Instant at, Instant since) {}

  private final Clock clock;
  private final Instant start;
  private final ConcurrentMap<Subject, Fact> facts = new ConcurrentHashMap<>();

  public NodeStatus() {
    this(Clock.systemUTC());
  }

  /** For tests with a clock of their own. */
  public NodeStatus(Clock clock) {
    this.clock = clock;
    this.start = clock.instant();
  }

  /** Replaces what is known about a subject. */
  public void report(Subject subject, boolean up, String detail) {
    Instant now = clock.instant();
    facts.compute(
        subject,
        (key, last) ->
            new Fact(
                up,
                detail,
                now,
                last != null && current(subject, last, now).up() == up
                    ? current(subject, last, now).since()
                    : now));
  }

  /** The last report; one that has gone stale comes back as not up. */
  public Fact fact(Subject subject) {
    Fact fact = facts.get(subject);
    return fact == null
        ? new Fact(
            false, "Nothing was reported about " + named(subject) + " yet.", Instant.EPOCH, start)
        : current(subject, fact, clock.instant());
  }

  private static Fact current(Subject subject, Fact fact, Instant now) {
    if (subject.freshFor == null || !fact.at().plus(subject.freshFor).isBefore(now)) {
      return fact;
    }
    return new Fact(
        false,
        "The last report about %s is older than %d s; it was: %s"
            .formatted(named(subject), subject.freshFor.toSeconds(), fact.detail()),
        fact.at(),
        fact.up() ? fact.at().plus(subject.freshFor) : fact.since());
  }

  private static String named(Subject subject) {
    return subject.name().toLowerCase(Locale.ROOT);
  }
}
